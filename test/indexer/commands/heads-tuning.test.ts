import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Head } from '../../../indexer/commands/heads/head.ts';
import { tuningOf, writtenOption } from '../../../indexer/commands/heads/tuning.ts';

const head = (options: object, tuning: Head['tuning']): Head => ({ options, tuning }) as unknown as Head;
const network = `network mine: ${join('data', 'models', 'mine')}; its run: ${join('data', 'runs', 'mine')}`;

test('a head says what was trained with it, and what that changed', () => {
  const comparison = { accuracy: { before: 0.75, after: 0.875 }, precision_at_10: { before: 0.5, after: 1 } };
  expect(tuningOf(head({ fine_tune: 'last:4', from_scratch: false }, { run: 'mine', comparison }), 'data')).toEqual([
    'trained with it: the layers last:4',
    'on the held-out pictures        before  after',
    'accuracy                        .750    .875',
    'of the nearest ten, same label  .500    1.000',
    network,
  ]);
});

test('from scratch there is nothing before, and without held-out pictures nothing at all', () => {
  const none = { before: null, after: null };
  const comparison = { accuracy: { before: null, after: 0.25 }, precision_at_10: none };
  expect(tuningOf(head({ fine_tune: null, from_scratch: true }, { run: 'mine', comparison }), 'data')).toEqual([
    'trained with it: all layers, from random numbers',
    'on the held-out pictures        before  after',
    'accuracy                        -       .250',
    'of the nearest ten, same label  -       -',
    network,
  ]);
  expect(tuningOf(head({}, null), 'data')).toEqual([]);
});

describe('an option is written as its flag takes it', () => {
  const idle = { shear: 0, shift: 0, brightness: 0, contrast: 0, crop: 1 };
  test.each([
    ['tune_lr', 0.0002, 'tune-lr 0.0002'],
    ['from_scratch', false, 'from-scratch false'],
    ['size', { width: 96, height: 64 }, 'size 96x64'],
    ['augment', { flip: 'both', rotation: 20, zoom: 0, ...idle }, 'augment flip=both,rotation=20'],
    ['augment', { flip: null, rotation: 0, zoom: 0.2, ...idle, crop: 0.5 }, 'augment zoom=0.2,crop=0.5'],
    ['weights_from', null, null],
  ])('%s', (name, value, written) => expect(writtenOption(name, value)).toBe(written));
});

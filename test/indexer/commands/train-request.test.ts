import { resolve } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { options } from '../../../indexer/commands/train/options.ts';
import { asFlags, requestOf } from '../../../indexer/commands/train/request.ts';
import { PixkinError } from '../../../src/errors.ts';

/** What the command would send. */
function requestFor(line: string): object {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const option of options) command.addOption(option);
  return requestOf(command.parse(line === '' ? [] : line.split(' '), { from: 'user' }).opts());
}

test.each([
  ['', {}],
  ['--no-use --folds 0 --lr-decay fixed', { use: false, folds: 0, lr_decay: 'fixed' }],
  ['--fine-tune last:20 --epochs 5 --class-weights', { fine_tune: 'last:20', epochs: 5, class_weights: true }],
  ['--train-from-scratch --backbone small-cnn --size 32', { from_scratch: true, backbone: 'small-cnn', size: 32 }],
  ['--fine-tune all --size 128x96', { fine_tune: 'all', size: { width: 128, height: 96 } }],
  [
    '--fine-tune all --run r --tune-steps 90 --tune-lr 1e-4 --batch-norm batch --tfjs node --pooling gem --cut x',
    {
      ...{ fine_tune: 'all', run: 'r', tune_steps: 90, tune_lr: 1e-4, batch_norm: 'batch' },
      ...{ backend: 'node', pooling: 'gem', cut: 'x' },
    },
  ],
  [
    '--fine-tune all --tune-epochs 3 --augment flip,rotation=20,zoom=.2',
    { fine_tune: 'all', tune_epochs: 3, augment: { flip: 'horizontal', rotation: 20, zoom: 0.2 } },
  ],
  [
    '--fine-tune all --weights-from ./mine --backbone ../nets/a',
    { fine_tune: 'all', weights_from: resolve('mine'), backbone: resolve('../nets/a') },
  ],
  ['--fine-tune all --checkpoint-every 200', { fine_tune: 'all', checkpoint_steps: 200 }],
  ['--fine-tune all --checkpoint-every 30s', { fine_tune: 'all', checkpoint_seconds: 30 }],
  ['--fine-tune all --checkpoint-every 1.5m', { fine_tune: 'all', checkpoint_seconds: 90 }],
  ['--show-augmentation x.png --augment crop=.5 --seed 7', { augment: { crop: 0.5 }, seed: 7 }],
])("'%s' is asked for as such", (line, body) => {
  expect(requestFor(line)).toEqual(body);
});

test.each([
  ['--tune-epochs 3', '--tune-epochs goes with --fine-tune or --train-from-scratch'],
  ['--augment flip --no-use', '--augment goes with --fine-tune or --train-from-scratch'],
  ['--fine-tune all --augment zoom=2', '--augment: zoom must be 0 to 0.9 (a part of the size); got 2'],
  ['--fine-tune all --augment spin', /^--augment: the options are flip, .*; got spin$/],
  ['--fine-tune all --size big', '--size must be a number of pixels, or WIDTHxHEIGHT; got big'],
  [
    '--fine-tune all --checkpoint-every 1d',
    '--checkpoint-every must be a time such as 30s, or a number of steps; got 1d',
  ],
])("'%s' is refused before anything starts", (line, message) => {
  const expected = { code: 'usage', message: typeof message === 'string' ? message : expect.stringMatching(message) };
  expect(() => requestFor(line)).toThrow(expect.objectContaining(expected));
});

test.each(['--folds 5', '--space x', '--no-use'])('%s does not go with a tuning', (flag) => {
  for (const kind of ['--fine-tune all', '--train-from-scratch']) {
    expect(() => requestFor(`${flag} ${kind}`)).toThrow(/cannot be used with option/);
  }
});

describe('what the server refuses is told in flags', () => {
  const refuse = (message: string, hint?: string) =>
    asFlags(new PixkinError('invalid_request', message, hint === undefined ? {} : { hint })) as PixkinError;

  test.each([
    ['tune_epochs and from_scratch exclude each other', '--tune-epochs and --train-from-scratch exclude each other'],
    ['hidden needs arch mlp: no hidden layer', '--hidden needs arch mlp: no hidden layer'],
    ['backend must be auto', '--tfjs must be auto'],
    ['checkpoint_steps must be a whole number', '--checkpoint-every must be a whole number'],
    ["a run's name must be letters", "a run's name must be letters"],
    ['augment: zoom must be 0', '--augment: zoom must be 0'],
  ])('%s', (message, told) => expect(refuse(message)).toMatchObject({ code: 'usage', message: told }));

  test('the hint, too', () => {
    expect(refuse('x', 'say from_scratch, or block_6_conv')).toMatchObject({
      hint: 'say --train-from-scratch, or block_6_conv',
    });
  });

  test('anything else stays as it is', () => {
    const error = new PixkinError('busy', 'fine_tune is running');
    expect(asFlags(error)).toBe(error);
  });
});

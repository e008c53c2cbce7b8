import { describe, expect, test } from 'vitest';
import { readLabelCsv } from '../../../src/labels/csv.ts';
import { importLabels } from '../../../src/labels/import.ts';
import { openSmall, type Small } from '../catalog/facts.ts';

const by = { origin: 'csv:test.csv', at: 5 };
const take = ({ catalog }: Small, csv: string, root?: string) =>
  importLabels(catalog, readLabelCsv(Buffer.from(csv)), root, by);
const labelsOf = ({ catalog }: Small) =>
  Object.fromEntries(catalog.labels.images(0, 100, null).map(({ root, image, label }) => [`${root}:${image}`, label]));

describe('a path names a picture', () => {
  test.each([
    'cats/a.png',
    './cats/a.png',
    'left/cats/a.png',
    '/pictures/left/cats/a.png',
    'cats\\a.png',
    'left\\cats\\a.png',
    'a.png',
  ])('%s', async (path) => {
    const small = openSmall();
    small.put('left', 'cats/a.png');
    small.put('right', 'b.png');
    expect(await take(small, `${path},tiger`)).toEqual({ lines: 1, applied: 1, changed: 1, skipped: [] });
    expect(labelsOf(small)).toEqual({ 'left:cats/a.png': 'tiger' });
  });

  test('in whichever Unicode form', async () => {
    const small = openSmall();
    small.put('left', 'Lo\u0308we.png');
    await take(small, 'L\u00f6we.png,lion');
    expect(labelsOf(small)).toEqual({ 'left:Lo\u0308we.png': 'lion' });
  });

  test('with a backslash in it', async () => {
    const small = openSmall();
    small.put('left', 'a\\b.png');
    expect((await take(small, 'a\\b.png,tiger')).applied).toBe(1);
  });

  test('of one root only, where that is said', async () => {
    const small = openSmall();
    for (const root of ['left', 'right']) small.put(root, 'a.png', root);
    expect((await take(small, 'a.png,tiger')).skipped).toMatchObject([{ reason: 'ambiguous' }]);
    expect((await take(small, 'a.png,tiger', 'right')).applied).toBe(1);
    expect(labelsOf(small)).toEqual({ 'right:a.png': 'tiger' });
    expect((await take(small, '/pictures/left/a.png,lion', 'right')).applied).toBe(0);
    expect((await take(small, 'left/a.png,lion')).applied).toBe(1);
  });

  test('that several have, where their bytes are the same', async () => {
    const small = openSmall();
    for (const root of ['left', 'right']) small.put(root, 'a.png', 'same');
    expect(await take(small, 'a.png,tiger')).toMatchObject({ applied: 1, changed: 2 });
  });
});

describe('what cannot be applied is listed', () => {
  test('with its line and the reason', async () => {
    const small = openSmall();
    small.put('left', 'a.png');
    for (const folder of ['x', 'y']) small.put('left', `${folder}/b.png`);
    const broken = { root: 'left', path: 'c.png', bytes: 1, mtimeMs: 1 };
    small.catalog.failures.put(small.catalog.roots.locate('left').id, broken, 'truncated', 'it is cut off');
    const csv = 'a.png,tiger\nnone.png,lion\nb.png,lion\nc.png,lion\n/elsewhere/a.png,lion\n';
    expect(await take(small, csv)).toEqual({
      ...{ lines: 5, applied: 1, changed: 1 },
      skipped: [
        { line: 2, path: 'none.png', label: 'lion', reason: 'not_found' },
        { line: 3, path: 'b.png', label: 'lion', reason: 'ambiguous' },
        { line: 4, path: 'c.png', label: 'lion', reason: 'quarantined' },
        { line: 5, path: '/elsewhere/a.png', label: 'lion', reason: 'not_found' },
      ],
    });
  });

  test('where lines say different things of the same bytes, whichever came last', async () => {
    const small = openSmall();
    for (const path of ['a.png', 'b.png']) small.put('left', path, 'same');
    small.put('left', 'c.png');
    small.put('left', 'd.png');
    const { skipped, applied } = await take(
      small,
      'a.png,tiger\nc.png,lion,train\nb.png,lion\nc.png,lion,test\nd.png,lion\nd.png,lion,test\n',
    );
    expect(skipped.map(({ line, reason }) => [line, reason])).toEqual(
      [1, 2, 3, 4].map((line) => [line, 'contradicted']),
    );
    expect(applied).toBe(2);
    expect(labelsOf(small)).toEqual({ 'left:d.png': 'lion' });
    expect(small.catalog.labels.of(small.catalog.images.at('left', 'd.png')!.contentId)?.split).toBe('test');
  });

  test('what has left the results names nothing', async () => {
    const small = openSmall();
    small.drop(small.put('left', 'a.png'));
    expect((await take(small, 'a.png,tiger')).skipped).toMatchObject([{ reason: 'not_found' }]);
  });
});

test('a split stays where a line says none, and the same again changes nothing', async () => {
  const small = openSmall();
  const { content } = small.put('left', 'a.png');
  await take(small, 'a.png,tiger,test');
  expect(await take(small, 'a.png,lion')).toMatchObject({ changed: 1 });
  expect(small.catalog.labels.of(content)).toEqual({ label: 'lion', split: 'test', conflict: null, ...by });
  expect(await take(small, 'a.png,lion')).toMatchObject({ applied: 1, changed: 0 });
  expect(small.catalog.labels.changes(content)).toHaveLength(2);
});

test('10,000 classes of one picture each are taken', async () => {
  const small = openSmall();
  const count = 10_000;
  small.catalog.transaction(() => {
    for (let i = 0; i < count; i++) small.put('left', `${i}.png`);
  });
  const csv = Array.from({ length: count }, (_, i) => `${i}.png,class ${i}\n`).join('');
  expect(await take(small, csv)).toEqual({ lines: count, applied: count, changed: count, skipped: [] });
  expect(small.catalog.labels.names()).toHaveLength(count);
});

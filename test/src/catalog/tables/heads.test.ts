import { expect, test } from 'vitest';
import type { Catalog } from '../../../../src/catalog/catalog.ts';
import { openSmall, putHead } from '../facts.ts';

const names = (catalog: Catalog): string[] => catalog.labels.names();
const prediction = (catalog: Catalog) => catalog.images.page({ after: 0, limit: 1 })[0]!.prediction;

test('one head at most is in use', () => {
  const { catalog } = openSmall();
  const ids = [putHead(catalog), putHead(catalog)];
  expect(catalog.heads.inUse()).toBeUndefined();
  for (const id of [...ids, ids[0]!]) {
    catalog.heads.use(id);
    expect(catalog.heads.inUse()).toMatchObject({ id, inUse: true });
    expect(catalog.heads.list().filter(({ inUse }) => inUse)).toHaveLength(1);
  }
  catalog.heads.use(null);
  expect(catalog.heads.list().map(({ id, inUse }) => [id, inUse])).toEqual([
    [ids[1], false],
    [ids[0], false],
  ]);
});

test('the labels of the head in use are known, those of others are not', () => {
  const { catalog } = openSmall();
  const id = putHead(catalog, { labels: ['tiger', 'lion'] });
  expect(names(catalog)).toEqual([]);
  catalog.heads.use(id);
  expect([names(catalog), catalog.labels.isUsed('lion'), catalog.labels.isGiven('lion')]).toEqual([
    ['lion', 'tiger'],
    true,
    false,
  ]);
});

test('a label that nobody was given can be renamed, and takes the place of another one that a head tells', () => {
  const { catalog, put } = openSmall();
  const { content } = put('left', 'a.png', 'a');
  const id = putHead(catalog, { labels: ['tiger', 'lion'] });
  catalog.heads.use(id);
  const by = { origin: 'cli', at: 2 };
  const [tiger] = catalog.heads.labelIds(id);
  catalog.predictions.put(id, [{ content, label: tiger!, p: 0.9 }]);
  catalog.labels.rename('tiger', 'cat', by);
  expect([catalog.heads.labels(id), prediction(catalog)]).toEqual([['cat', 'lion'], { label: 'cat', p: 0.9 }]);
  catalog.labels.put(content, { label: 'bear', split: null, origin: 'cli', at: 1, conflict: null });
  catalog.labels.rename('bear', 'cat', by);
  expect(catalog.heads.labels(id)).toEqual(['cat', 'lion']);
  expect(prediction(catalog)).toEqual({ label: 'cat', p: 0.9 });
  expect(catalog.heads.labelIds(id)[0]).not.toBe(tiger);
  catalog.labels.merge('cat', 'lion', by);
  expect(catalog.heads.labels(id)).toEqual(['lion', 'lion']);
  expect(names(catalog)).toEqual(['lion']);
});

test('what is left over of heads that are not in use is taken away, but for one that is spared', () => {
  const { catalog, put } = openSmall();
  const contents = ['a', 'b', 'c'].map((name) => put('left', `${name}.png`, name).content);
  const heads = [putHead(catalog), putHead(catalog), putHead(catalog)];
  const [label] = catalog.heads.labelIds(heads[0]!);
  for (const id of heads) {
    catalog.predictions.put(
      id,
      contents.map((content) => ({ content, label: label!, p: 1 })),
    );
  }
  catalog.heads.use(heads[0]!);
  catalog.heads.delete(heads[2]!);
  const swept: number[] = [];
  for (let n = catalog.predictions.sweep(2, heads[1]!); n > 0; n = catalog.predictions.sweep(2, heads[1]!))
    swept.push(n);
  expect(swept).toEqual([2, 1]);
  expect(catalog.predictions.counts()).toEqual({ predicted: 3, unknown: 0 });
  expect([catalog.predictions.sweep(9, null), catalog.predictions.sweep(9, null)]).toEqual([3, 0]);
  expect(catalog.predictions.counts()).toEqual({ predicted: 3, unknown: 0 });
});

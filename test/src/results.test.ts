import { expect, test } from 'vitest';
import type { SearchOptions } from '../../src/types.ts';
import { openEngine } from './engine.ts';
import { fakeDim } from './fake-workers.ts';
import { ask, at, fan, names } from './fan.ts';

test('the nearest come first, with their cosine, without the picture that was asked about', async () => {
  const e = await fan([0, 30, 60, 10]);
  const found = await e.collection.search(ask('0.jpg'));
  expect(found.query).toEqual({ root: 'pictures', image: '0.jpg', id: 1 });
  expect(found.results.map((r) => [r.image, r.score])).toEqual([
    ['10.jpg', expect.closeTo(Math.cos(Math.PI / 18), 3)],
    ['30.jpg', expect.closeTo(Math.cos(Math.PI / 6), 3)],
    ['60.jpg', expect.closeTo(0.5, 3)],
  ]);
  expect(found).toMatchObject({ space: e.collection.status().space, plan: { mode: 'exact', candidates: 4 } });
  expect(found).toMatchObject({ nextOffset: null, timings: { embed: 0 } });
  expect(e.workers.calls.embed).toBe(4);
});

test('the picture itself is shown, with score 1, where that is wanted', async () => {
  const e = await fan([17, 30]);
  const { results } = await e.collection.search(ask('17.jpg'), { includeSelf: true });
  expect(results.map((r) => r.image)).toEqual(['17.jpg', '30.jpg']);
  expect(results[0]!.score).toBe(1);
});

test('another path with the same content is shown, with score 1', async () => {
  const e = await fan([17, 30]);
  await e.add('copy.jpg', at(17));
  const { results } = await e.collection.search(ask('17.jpg'));
  expect(results.map((r) => [r.image, r.score === 1])).toEqual([
    ['copy.jpg', true],
    ['30.jpg', false],
  ]);
});

test('k counts images, not contents', async () => {
  const e = await fan([0, 20]);
  for (const name of ['a', 'b', 'c']) await e.add(`${name}.jpg`, at(10));
  expect(await names(e, ask('0.jpg'), { k: 2 })).toEqual(['a.jpg', 'b.jpg']);
  expect(await names(e, ask('0.jpg'), { k: 4 })).toEqual(['a.jpg', 'b.jpg', 'c.jpg', '20.jpg']);
});

test('forgotten images never show, and take no places though they are nearest', async () => {
  const near = Array.from({ length: 60 }, (_, i) => i / 10 + 1);
  const e = await fan([0, ...near, 70, 80]);
  await e.collection.forget(
    'pictures',
    near.map((d) => `${d}.jpg`),
  );
  expect(await names(e, ask('0.jpg'), { k: 2 })).toEqual(['70.jpg', '80.jpg']);
  expect(e.collection.status()).toMatchObject({ images: 3, contents: 63 });
});

test('pages by offset give each image once, also where copies lie across their borders', async () => {
  const e = await fan([0, 10, 20, 30]);
  for (const name of ['a', 'b', 'c', 'd']) await e.add(`${name}.jpg`, at(15));
  const seen: string[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const page = await e.collection.search(ask('0.jpg'), { k: 3, offset });
    seen.push(...page.results.map((r) => r.image));
    offset = page.nextOffset;
  }
  expect(seen).toEqual(['10.jpg', 'a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', '20.jpg', '30.jpg']);
});

test('a page beyond the last is empty', async () => {
  const e = await fan([0, 10]);
  expect(await e.collection.search(ask('0.jpg'), { offset: 50 })).toMatchObject({ results: [], nextOffset: null });
});

test('nothing under min_score is shown', async () => {
  const e = await fan([0, 10, 50, 80]);
  expect(await names(e, ask('0.jpg'), { minScore: 0.6 })).toEqual(['10.jpg', '50.jpg']);
  expect(await names(e, ask('0.jpg'), { minScore: 1 })).toEqual([]);
  expect(await e.collection.search(ask('0.jpg'), { minScore: 0.6, k: 1 })).toMatchObject({ nextOffset: 1 });
});

test.each<[SearchOptions, string]>([
  [{ k: -1 }, 'k must be a whole number from 1 to 1000; got -1'],
  [{ k: 0 }, 'k must be a whole number from 1 to 1000; got 0'],
  [{ k: 1e9 }, 'k must be a whole number from 1 to 1000; got 1000000000'],
  [{ k: 2.5 }, 'k must be a whole number from 1 to 1000; got 2.5'],
  [{ k: Number.NaN }, 'k must be a whole number from 1 to 1000; got NaN'],
  [{ offset: -1 }, 'offset must be a whole number from 0 to 100000; got -1'],
  [{ minScore: 1.5 }, 'min_score must be a number from -1 to 1; got 1.5'],
  [{ minScore: Number.NaN }, 'min_score must be a number from -1 to 1; got NaN'],
])('%j is refused', async (options, message) => {
  const e = await fan([0]);
  await expect(e.collection.search(ask('0.jpg'), options)).rejects.toMatchObject({ code: 'invalid_request', message });
});

test('an empty collection answers with nothing', async () => {
  const e = await openEngine();
  const vector = new Float32Array(fakeDim).fill(1);
  expect(await e.collection.search({ vector })).toMatchObject({ query: null, results: [], nextOffset: null });
});

test('images of an offline root stay in results, marked; what needs their files is root_offline', async () => {
  const e = await fan([0, 10]);
  e.collection.roots.setState('pictures', 'offline');
  expect((await e.collection.search(ask('0.jpg'))).results).toEqual([
    expect.objectContaining({ image: '10.jpg', offline: true }),
  ]);
  const { id } = e.collection.image({ image: '0.jpg' });
  expect(() => e.collection.file(id)).toThrow(expect.objectContaining({ code: 'root_offline' }));
  const crop = { x: 0, y: 0, w: 1, h: 0.5 };
  await expect(e.collection.search({ address: { id }, crop })).rejects.toMatchObject({ code: 'root_offline' });
  await expect(e.collection.thumbnail(id, 128)).rejects.toMatchObject({ code: 'root_offline' });
});

test('exact: false asks HNSW, or says why it did not', async () => {
  const e = await fan([0, 10, 20]);
  const found = await e.collection.search(ask('0.jpg'), { exact: false });
  expect(found.plan.mode === 'hnsw' || found.plan.note !== undefined).toBe(true);
  expect(found.results.map((r) => r.image)).toEqual(['10.jpg', '20.jpg']);
  expect((await e.collection.search(ask('0.jpg'), { exact: true })).plan.mode).toBe('exact');
});

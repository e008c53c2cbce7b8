import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HnswLibrary, hnswDefaults, loadHnsw } from '../../../src/vectors/hnsw.ts';
import { nearest, seededEntries, seededVector, vectorIndexContract } from '../../contracts/vector-index.ts';

const library = await loadHnsw();

describe.skipIf(!library)(`the HNSW index${library ? '' : ' (skipped: hnswlib-node is not installed)'}`, () => {
  const { create, load } = library as HnswLibrary;
  const dim = 24;
  const shape = { ...hnswDefaults, dim };
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hnsw-test-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  // Room for one content: growing is part of every test.
  vectorIndexContract(async (o) => create({ ...hnswDefaults, ...o, capacity: 1 }));

  test('a saved index is loaded as it was, with its ef and its removed contents', async () => {
    const entries = seededEntries(300, dim);
    const index = create(shape);
    await index.apply({ add: entries, remove: [], revision: 3 });
    await index.apply({ add: [], remove: [7, 8], revision: 4 });
    const path = join(folder, 'whole.bin');
    await index.save(path);
    const facts = { ...shape, count: 298, removed: [7, 8], revision: 4, ef: 96 };
    const loaded = await load(path, facts);
    expect([loaded.size, loaded.at, loaded.ef, loaded.churn]).toEqual([298, 4, 96, 2 / 300]);
    const query = seededVector(555, dim);
    expect(await loaded.search(query, 10)).toEqual(await index.search(query, 10));
    await loaded.apply({ add: [entries[6]!, ...seededEntries(400, dim, 1000)], remove: [], revision: 5 });
    const all = [...entries.filter((entry) => entry.content !== 8), ...seededEntries(400, dim, 1000)];
    expect((await loaded.search(query, 10, { ef: 700 })).map((hit) => hit.content)).toEqual(nearest(all, query, 10));
    await expect(load(path, { ...facts, count: 297 })).rejects.toThrow(
      'expected 297 contents and 2 removed ones; got 300',
    );
  });

  test('an index without contents can be saved, loaded and filled', async () => {
    const path = join(folder, 'empty.bin');
    await create(shape).save(path);
    const loaded = await load(path, { ...shape, count: 0, removed: [], revision: 0 });
    await loaded.apply({ add: seededEntries(3, dim), remove: [], revision: 1 });
    expect((await loaded.search(seededVector(2, dim), 1))[0]!.content).toBe(2);
  });

  test('a save to a folder that is missing is an error', async () => {
    const index = create(shape);
    await index.apply({ add: seededEntries(3, dim), remove: [], revision: 1 });
    await expect(index.save(join(folder, 'nowhere', 'index.bin'))).rejects.toThrow('ENOENT');
  });

  test('adds and saves at once run one after the other', async () => {
    const index = create({ ...shape, capacity: 1 });
    const entries = seededEntries(600, dim);
    const all: Promise<void>[] = [];
    for (let i = 0; i < 600; i += 100) {
      all.push(index.apply({ add: entries.slice(i, i + 100), remove: [], revision: i }));
      all.push(index.save(join(folder, 'busy.bin')));
    }
    await Promise.all(all);
    const loaded = await load(join(folder, 'busy.bin'), { ...shape, count: 600, removed: [], revision: 0 });
    expect(loaded.size).toBe(600);
  });

  test('an ef that is no candidate count is refused', async () => {
    const index = create(shape);
    await expect(index.search(seededVector(1, dim), 1, { ef: -5 })).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

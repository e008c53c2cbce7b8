import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SpaceVectors } from '../../../src/types.ts';
import { loadHnsw } from '../../../src/vectors/hnsw.ts';
import { type OpenVectorsOptions, openSpaceVectors } from '../../../src/vectors/open.ts';
import { nearest, seededEntries, seededVector } from '../../contracts/vector-index.ts';
import { createMemorySource, type MemorySource } from './memory-source.ts';

const dim = 16;
const entries = seededEntries(400, dim);
const query = seededVector(999, dim);
let folder: string;
let source: MemorySource;
let said: string[];
const opened: SpaceVectors[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vectors-test-'));
  source = createMemorySource({ dim });
  said = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const vectors of opened.splice(0)) await vectors.close();
  await rm(folder, { recursive: true });
});

const open = async (options: OpenVectorsOptions = {}, where: string | null = folder): Promise<SpaceVectors> => {
  const vectors = await openSpaceVectors({
    source,
    folder: where,
    options,
    log: (message, fields) => said.push(`${message} ${JSON.stringify(fields)}`),
  });
  opened.push(vectors);
  return vectors;
};
const ask = async (vectors: SpaceVectors, o: Parameters<SpaceVectors['search']>[2] = {}, k = 10) => {
  const { hits, plan } = await vectors.search(query, k, o);
  return { found: hits.map((hit) => hit.content), plan };
};
const manifest = async () =>
  (
    JSON.parse(await readFile(join(folder, 'hnsw-0123456789abcdef.json'), 'utf8')) as {
      manifest: Record<string, unknown>;
    }
  ).manifest;

test('without hnswlib-node the scan serves, and says so where HNSW was asked for', async () => {
  source.commit({ add: entries });
  const vectors = await open({ loadHnsw: async () => null, exactBelow: 1 });
  expect(await ask(vectors)).toEqual({
    found: nearest(entries, query, 10),
    plan: { mode: 'exact', candidates: 400 },
  });
  expect((await ask(vectors, { exact: false })).plan.note).toBe('exact, because hnswlib-node is not installed');
  await vectors.apply(source.commit({ remove: [entries[0]!.content] }));
  await vectors.rebuild();
  await vectors.flush();
  expect(vectors.status()).toEqual({ count: 399, revision: 2, hnsw: 'missing', hnswCount: 0 });
  expect(await readdir(folder)).toEqual([]);
});

test('everything of the catalog is read, however its revisions are cut into pages', async () => {
  // 500 contents of one revision, where a page has 128 or fewer.
  source = createMemorySource({ dim: 1024 });
  const many = seededEntries(500, 1024);
  source.commit({ add: many.slice(0, 3) });
  source.commit({ add: many });
  source.commit({ remove: [2] });
  const vectors = await open({ loadHnsw: async () => null });
  expect(vectors.status()).toMatchObject({ count: 499, revision: 3 });
});

const isHere = (await loadHnsw()) !== null;
describe.skipIf(!isHere)(`with HNSW${isHere ? '' : ' (skipped: hnswlib-node is not installed)'}`, () => {
  test('the scan answers at once, HNSW once it is built', async () => {
    source.commit({ add: entries });
    const vectors = await open();
    const first = await ask(vectors, { exact: false });
    expect(first.plan).toMatchObject({ mode: 'exact', note: expect.stringContaining('HNSW') });
    await vectors.flush();
    const then = await ask(vectors, { exact: false });
    expect(then.plan).toEqual({ mode: 'hnsw', candidates: 400, ef: 64 });
    expect(then.found).toEqual(nearest(entries, query, 10));
    expect(first.found).toEqual(then.found);
    expect(vectors.status()).toEqual({ count: 400, revision: 1, hnsw: 'ready', hnswCount: 400 });
  });

  test('a change is in the answers at once, before HNSW has followed', async () => {
    source.commit({ add: entries });
    const vectors = await open();
    await vectors.flush();
    await vectors.apply(source.commit({ add: [{ content: 5000, vector: query }], remove: nearest(entries, query, 3) }));
    expect(vectors.status()).toMatchObject({ count: 398, hnswCount: 400 });
    const { found, plan } = await ask(vectors, { exact: false });
    expect(plan.mode).toBe('hnsw');
    expect(found).toEqual([5000, ...nearest(entries, query, 12).slice(3)]);
  });

  test('HNSW follows by itself and writes its files, with nobody asking for it', async () => {
    source.commit({ add: entries.slice(0, 100) });
    const vectors = await open({ followAfter: { quietMs: 1, maxMs: 5 }, saveAfter: { quietMs: 1, maxMs: 5 } });
    await vectors.apply(source.commit({ add: entries.slice(100) }));
    await expect
      .poll(async () => manifest().catch(() => null), { timeout: 20_000 })
      .toMatchObject({ count: 400, revision: 2 });
    expect(vectors.status()).toMatchObject({ hnsw: 'ready', hnswCount: 400 });
  });

  test('files that fit are used as they are, and not written again', async () => {
    source.commit({ add: entries });
    await (await open()).close();
    const before = await stat(join(folder, 'hnsw-0123456789abcdef.bin'));
    const vectors = await open();
    await vectors.flush();
    await vectors.close();
    expect((await stat(join(folder, 'hnsw-0123456789abcdef.bin'))).mtimeMs).toBe(before.mtimeMs);
    expect(said.filter((line) => line.includes('built again'))).toEqual([expect.stringContaining('no manifest')]);
  });

  test('files that are behind are caught up', async () => {
    source.commit({ add: entries.slice(0, 300) });
    await (await open()).close();
    said = [];
    source.commit({ add: entries.slice(300), remove: [1, 2, 3] });
    const vectors = await open();
    await vectors.flush();
    expect(said).toEqual([]);
    expect(vectors.status()).toMatchObject({ count: 397, hnswCount: 397 });
    expect((await ask(vectors, { exact: false })).found).toEqual(nearest(entries.slice(3), query, 10));
    expect(await manifest()).toMatchObject({ count: 397, removed: [1, 2, 3], revision: 2 });
  });

  test('files of a catalog that went back, or of another one, are built again', async () => {
    source.commit({ add: entries });
    source.commit({ remove: [1] });
    await (await open()).close();
    source = createMemorySource({ dim });
    source.commit({ add: entries });
    await (await open()).close();
    expect(said.at(-1)).toContain("revision must be at most 1, the catalog's; got 2");
    source = createMemorySource({ dim });
    const others = entries.map(({ content }) => ({ content, vector: seededVector(content + 70_000, dim) }));
    source.commit({ add: others });
    const vectors = await open();
    await vectors.flush();
    expect(said.at(-1)).toContain('the index has other vectors than the catalog');
    expect((await ask(vectors, { exact: false })).found).toEqual(nearest(others, query, 10));
  });

  test('as many results as there are come through every filter', async () => {
    source.commit({ add: entries });
    const vectors = await open({ exactBelow: 1 });
    await vectors.flush();
    for (const size of [0, 1, 7, 40, 200, 400]) {
      const some = entries.slice(0, size);
      const allowed = new Set(some.map((entry) => entry.content));
      for (const exact of [true, false, undefined]) {
        const { found } = await ask(vectors, { allowed, ...(exact !== undefined && { exact }) });
        expect(found).toEqual(nearest(some, query, 10));
      }
    }
    expect((await ask(vectors, { exact: false }, 1000)).found.length).toBe(400);
  });

  test('a graph with more than 30 % removed contents is built anew', async () => {
    source.commit({ add: entries });
    const vectors = await open();
    await vectors.flush();
    await vectors.apply(source.commit({ remove: entries.slice(0, 100).map((entry) => entry.content) }));
    await vectors.flush();
    expect(await manifest()).toMatchObject({ count: 300, removed: { length: 100 } });
    await vectors.apply(source.commit({ remove: entries.slice(100, 150).map((entry) => entry.content) }));
    await vectors.flush();
    expect(await manifest()).toMatchObject({ count: 250, removed: [] });
    expect((await ask(vectors, { exact: false })).found).toEqual(nearest(entries.slice(150), query, 10));
  });

  test('an empty index has no files', async () => {
    const vectors = await open();
    await vectors.flush();
    expect(await ask(vectors, { exact: false })).toMatchObject({ found: [], plan: { mode: 'hnsw' } });
    await vectors.apply(source.commit({ add: entries }));
    await vectors.flush();
    expect((await readdir(folder)).length).toBe(2);
    await vectors.apply(source.commit({ remove: entries.map((entry) => entry.content) }));
    await vectors.flush();
    expect(await readdir(folder)).toEqual([]);
  });

  test('a collection without a folder is kept in memory', async () => {
    vi.stubEnv('TMPDIR', folder);
    source.commit({ add: entries });
    const vectors = await open({ childFrom: 1 }, null);
    await vectors.flush();
    expect(vectors.status().hnsw).toBe('ready');
    // tsx keeps a cache there, too.
    expect((await readdir(folder)).filter((name) => name.startsWith('pixkin'))).toEqual([]);
  });

  test('a large index is built in a child process, and catches up with what came meanwhile', async () => {
    source.commit({ add: entries.slice(0, 300) });
    const vectors = await open({ childFrom: 200, exactBelow: 250 });
    await vectors.apply(source.commit({ add: entries.slice(300), remove: [1, 2] }));
    await vectors.flush();
    const { found, plan } = await ask(vectors, { exact: false });
    expect([plan.mode, found]).toEqual(['hnsw', nearest(entries.slice(2), query, 10)]);
    expect(await manifest()).toMatchObject({ count: 398, revision: 2, tunedCount: 398, ef: 64 });
  });

  test('closing ends a build that runs, and leaves nothing half-done', async () => {
    source.commit({ add: entries });
    const vectors = await open({ childFrom: 200 });
    await vectors.close();
    expect(await readdir(folder)).toEqual([]);
    await expect(vectors.search(query, 1)).rejects.toMatchObject({ code: 'closed' });
    await expect(vectors.apply({ add: [], remove: [], revision: 2 })).rejects.toMatchObject({ code: 'closed' });
  });

  test('closing does not wait until HNSW has everything; the next start does the rest', async () => {
    source.commit({ add: entries });
    await (await open({ closeMs: 0 })).close();
    said = [];
    const vectors = await open();
    await vectors.flush();
    expect((await ask(vectors, { exact: false })).found).toEqual(nearest(entries, query, 10));
  });

  test('a rebuild reads the catalog anew, tells its progress, and writes new files', async () => {
    source.commit({ add: entries });
    for (const childFrom of [200, 2000]) {
      const vectors = await open({ childFrom });
      await vectors.flush();
      const { mtimeMs } = await stat(join(folder, 'hnsw-0123456789abcdef.bin'));
      const progress: number[] = [];
      await vectors.rebuild({ onProgress: (done, total) => progress.push(done / total) });
      expect(progress.at(-1)).toBe(1);
      expect((await stat(join(folder, 'hnsw-0123456789abcdef.bin'))).mtimeMs).toBeGreaterThan(mtimeMs);
      const { found, plan } = await ask(vectors, { exact: false });
      expect([plan.mode, found]).toEqual(['hnsw', nearest(entries, query, 10)]);
      await vectors.close();
    }
  });

  test('a rebuild that is broken off leaves the scan, and the next one works', async () => {
    source.commit({ add: entries });
    const vectors = await open({ childFrom: 200 });
    await vectors.flush();
    const controller = new AbortController();
    const reason = new Error('enough');
    const rebuild = vectors.rebuild({ signal: controller.signal });
    setImmediate(() => controller.abort(reason));
    await expect(rebuild).rejects.toBe(reason);
    expect((await ask(vectors, { exact: false })).plan.note).toBe(
      'exact, because HNSW could not be built (its rebuild was broken off)',
    );
    await vectors.rebuild();
    expect((await ask(vectors, { exact: false })).plan.mode).toBe('hnsw');
  });

  test('where the folder cannot be written HNSW serves from memory, and both reading and writing say why', async () => {
    source.commit({ add: entries });
    const file = join(folder, 'a file');
    await writeFile(file, '');
    const vectors = await open({ saveAfter: { quietMs: 1, maxMs: 5 } }, join(file, 'index'));
    await expect.poll(() => said, { timeout: 20_000 }).toHaveLength(2);
    expect(said[0]).toMatch(/the HNSW index is built again .*ENOTDIR/);
    expect(said[1]).toMatch(/the index files could not be written .*ENOTDIR/);
    const { found, plan } = await ask(vectors, { exact: false });
    expect([plan.mode, found]).toEqual(['hnsw', nearest(entries, query, 10)]);
    await vectors.close();
    expect(said).toHaveLength(3);
  });
});

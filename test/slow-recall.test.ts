import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImageRecord } from '../src/index.ts';
import { type Engine, openEngine } from './bench/engine.ts';
import { sample, train, val } from './bench/pictures.ts';

const folders = [sample, train, val].filter(existsSync);
if (folders.length < 3)
  console.log(`recall is checked on ${folders.length} of 3 folders: ../shared/flowers is missing`);

const data = mkdtempSync(join(tmpdir(), 'pixkin-recall-'));
let engine: Engine;

beforeAll(async () => {
  engine = await openEngine(data);
  // One after the other: pictures of one kind enter the graph together, as folders do.
  for (const folder of folders) await engine.index(folder);
}, 600_000);

afterAll(async () => {
  await engine.close();
  rmSync(data, { recursive: true, force: true });
});

test.skipIf(folders.length === 0)(
  'HNSW finds at least 99 of 100 true ten nearest neighbours of real pictures',
  async () => {
    const { collection } = engine;
    const images = allImages();
    expect(images.length).toBeGreaterThan(500);
    const { contents } = collection.status();
    const ready = { hnsw: 'ready', count: contents, hnswCount: contents };
    await expect.poll(() => collection.status().vectors, { timeout: 60_000 }).toMatchObject(ready);
    let found = 0;
    let wanted = 0;
    for (const { id } of images) {
      const ask = (exact: boolean) => collection.search({ address: { id } }, { k: 10, exact });
      const [truth, hnsw] = [await ask(true), await ask(false)];
      expect(truth.plan.mode).toBe('exact');
      expect(hnsw.plan.mode).toBe('hnsw');
      const ids = new Set(hnsw.results.map((result) => result.id));
      wanted += truth.results.length;
      found += truth.results.filter((result) => ids.has(result.id)).length;
    }
    console.log(`recall@10 of HNSW: ${(found / wanted).toFixed(4)} over ${images.length} pictures`);
    expect(wanted).toBe(10 * images.length);
    expect(found / wanted).toBeGreaterThanOrEqual(0.99);
  },
);

function allImages(): ImageRecord[] {
  const all: ImageRecord[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const page: { images: ImageRecord[]; next: number | null } = engine.collection.images({ after, limit: 1000 });
    all.push(...page.images);
    after = page.next;
  }
  return all;
}

import { expect, test } from 'vitest';
import type { Entry } from '../../../src/types.ts';
import { loadHnsw } from '../../../src/vectors/hnsw.ts';
import { openSpaceVectors } from '../../../src/vectors/open.ts';
import { seededVector } from '../../contracts/vector-index.ts';
import { createMemorySource } from './memory-source.ts';

const dim = 1280;
const count = 12_000;
const clusters = 150;
const isHere = (await loadHnsw()) !== null;

/**
 * Like average-pooled ReLU features: sums of a few directions that its cluster has (with weights of its own) and noise, cut at 0. Of few
 * inner dimensions, as pictures are: independent numbers would have no neighbours to speak of.
 */
function feature(seed: number): Float32Array {
  const cluster = seed % clusters;
  const weights = seededVector(seed + 500_000, 12);
  const vector = seededVector(cluster + 900_000, dim).map((value) => 3 * value);
  for (const [i, weight] of weights.entries()) {
    const direction = directions[(cluster * 7 + i * 13) % directions.length]!;
    for (let d = 0; d < dim; d++) vector[d]! += 2 * weight * direction[d]!;
  }
  const noise = seededVector(seed + 2_000_000, dim);
  return vector.map((value, d) => Math.max(0, value + 0.6 * noise[d]!));
}
const directions = Array.from({ length: 64 }, (_, i) => seededVector(i + 700_000, dim));

test.skipIf(!isHere)(
  `at default settings HNSW finds 99 % of the ten nearest that the scan finds${isHere ? '' : ' (skipped: hnswlib-node is not installed)'}`,
  async () => {
    const source = createMemorySource({ dim });
    for (let from = 1; from <= count; from += 500) {
      const add: Entry[] = [];
      for (let i = 0; i < 500; i++) add.push({ content: from + i, vector: feature(from + i) });
      source.commit({ add });
    }
    const vectors = await openSpaceVectors({ source, folder: null });
    await vectors.flush();
    let found = 0;
    let ef: number | undefined;
    for (let i = 0; i < 200; i++) {
      const query = feature(count + 1 + i);
      const [exact, hnsw] = [await vectors.search(query, 10, { exact: true }), await vectors.search(query, 10)];
      expect(hnsw.plan.mode).toBe('hnsw');
      ef = hnsw.plan.ef;
      const truth = new Set(exact.hits.map((hit) => hit.content));
      found += hnsw.hits.filter((hit) => truth.has(hit.content)).length;
    }
    await vectors.close();
    console.log(`recall@10 ${found / 2000} at ef ${ef}`);
    expect(found / 2000).toBeGreaterThanOrEqual(0.99);
  },
);

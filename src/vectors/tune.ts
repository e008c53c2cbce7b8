import type { ExactIndex } from './exact.ts';
import type { HnswIndex } from './hnsw.ts';

const ladder = [64, 96, 128, 192, 256, 384, 512, 768, 1024];
const neighbours = 10;

/**
 * The smallest `ef` of a ladder (64 to 1024) with which HNSW finds 99 % of the ten nearest neighbours of stored vectors, or the largest:
 * how hard a collection is cannot be told beforehand.
 */
export async function tuneEf(
  index: HnswIndex,
  exact: ExactIndex,
  o: { samples?: number; target?: number; signal?: AbortSignal } = {},
): Promise<number> {
  const { samples = 50, target = 0.99, signal } = o;
  const options = signal ? { signal } : {};
  const step = Math.max(1, Math.floor(exact.size / samples));
  // Each vector finds itself at any ef: it is left out of the count.
  const k = neighbours + 1;
  const asked: { vector: Float32Array; truth: Set<number> }[] = [];
  const all = [...exact.contents()];
  for (let i = 0; i < all.length; i += step) {
    const vector = exact.vector(all[i]!)?.slice();
    if (!vector) continue;
    const hits = await exact.search(vector, k, options);
    asked.push({ vector, truth: new Set(hits.map((hit) => hit.content).filter((content) => content !== all[i])) });
  }
  for (const ef of ladder) {
    let found = 0;
    let wanted = 0;
    for (const { vector, truth } of asked) {
      const hits = await index.search(vector, k, { ef, ...options });
      found += hits.filter((hit) => truth.has(hit.content)).length;
      wanted += truth.size;
    }
    if (found >= target * wanted) return ef;
  }
  return ladder.at(-1)!;
}

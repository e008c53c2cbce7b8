/**
 * How well the nearest neighbours of labelled pictures share their labels.
 */
import type { Sha256 } from '../types.ts';

/** A labelled picture in one space. */
export interface LabelledVector {
  readonly label: string;
  readonly content: Sha256;
  /** Of length 1. */
  readonly vector: Float32Array;
}

export interface RankingQuality {
  /** Pictures that were asked about: those whose label another picture has. */
  readonly queries: number;
  /** Part of the queries whose nearest neighbour has their label, 0 to 1. */
  readonly p1: number;
  /** Part of the `depth` nearest that have it, the mean over the queries. */
  readonly p10: number;
  /** 10, or how many others there are. */
  readonly depth: number;
  /** Mean average precision over the whole ranking. */
  readonly map: number;
  /** What `p1` and `p10` are where neighbours are drawn by lot. */
  readonly chance: number;
}

/** Lets others have their turn after so many milliseconds. */
const turnMs = 20;

/**
 * Each query ranks the whole gallery by cosine; pictures with its own bytes are left out, so queries and gallery may be the same.
 * @throws the signal's reason
 */
export async function rankingQuality(
  queries: readonly LabelledVector[],
  gallery: readonly LabelledVector[],
  o: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<RankingQuality> {
  const sums = { p1: 0, p10: 0, map: 0, chance: 0, depth: 0 };
  let asked = 0;
  let since = performance.now();
  for (const [i, query] of queries.entries()) {
    const others = gallery.filter(({ content }) => content !== query.content);
    const relevant = others.filter(({ label }) => label === query.label).length;
    if (relevant > 0) {
      const { p1, p10, ap } = precision(query, others, relevant);
      const depth = Math.min(10, others.length);
      asked++;
      sums.p1 += p1;
      sums.p10 += p10 / depth;
      sums.map += ap;
      sums.chance += relevant / others.length;
      sums.depth = Math.max(sums.depth, depth);
    }
    if (performance.now() - since < turnMs) continue;
    o.onProgress?.(i + 1, queries.length);
    await new Promise((resolve) => setImmediate(resolve));
    o.signal?.throwIfAborted();
    since = performance.now();
  }
  const mean = (sum: number): number => (asked === 0 ? Number.NaN : sum / asked);
  return {
    ...{ queries: asked, p1: mean(sums.p1), p10: mean(sums.p10), depth: sums.depth },
    ...{ map: mean(sums.map), chance: mean(sums.chance) },
  };
}

/** `p10` counts; `ap`: the mean, over the relevant ones, of how many of those before each and itself are relevant. */
function precision(query: LabelledVector, others: readonly LabelledVector[], relevant: number) {
  const scores = Float64Array.from(others, ({ vector }) => dot(query.vector, vector));
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
  let [found, p1, p10, ap] = [0, 0, 0, 0];
  for (const [rank, at] of order.entries()) {
    if (others[at]!.label !== query.label) continue;
    found++;
    ap += found / (rank + 1);
    if (rank === 0) p1 = 1;
    if (rank < 10) p10++;
    if (found === relevant) break;
  }
  return { p1, p10, ap: ap / relevant };
}

/** Four sums, because one would make each addition wait for the last. */
function dot(a: Float32Array, b: Float32Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < a.length; i += 4) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
    s2 += a[i + 2]! * b[i + 2]!;
    s3 += a[i + 3]! * b[i + 3]!;
  }
  for (; i < a.length; i++) s0 += a[i]! * b[i]!;
  return s0 + s1 + s2 + s3;
}

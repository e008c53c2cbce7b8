import type { Head } from './head.ts';
import { logitsOf } from './predict.ts';
import { logSumExp } from './scores.ts';
import { topPlaces } from './top.ts';

/** Candidates for each picture that is chosen, and for all. */
const candidatesEach = 10;
const mostCandidates = 2000;

/**
 * Which unlabelled pictures teach a head most if somebody labels them: those that it is unsure of and that are unlike each other.
 *
 * Among the most uncertain ones the first is the most uncertain, and each further one has the largest product of uncertainty and distance to the nearest that is chosen
 * (uncertainty sampling, B. Settles, "Active learning literature survey", 2009, with the farthest-first choice of O. Sener and S. Savarese, "Active
 * learning for convolutional neural networks: a core-set approach", ICLR 2018). A near-copy of a chosen picture comes last.
 * @param embeddings of unlabelled pictures, `head.dim` numbers each, of length 1
 * @param o.count how many to choose
 * @param o.by `margin`: one less the difference of the two largest probabilities; `entropy`: of all of them, as a part of the largest possible
 * @returns their places, the most useful first, with their uncertainty (0 to 1)
 */
export function nextToLabel(
  head: Head,
  embeddings: Float32Array,
  o: { count: number; by?: 'margin' | 'entropy' },
): { picture: number; uncertainty: number }[] {
  const { dim } = head;
  const uncertainty = uncertainties(head, embeddings, o.by ?? 'margin');
  const candidates = topPlaces(uncertainty, candidatesFor(o.count));
  const chosen = [...chooseDiverse(candidates, { embeddings, dim, uncertainty, count: o.count })];
  return chosen.map((picture) => ({ picture, uncertainty: uncertainty[picture]! }));
}

/** Among how many of the most uncertain pictures so many are chosen. */
export function candidatesFor(count: number): number {
  return Math.max(count, Math.min(count * candidatesEach, mostCandidates));
}

/** The choice itself, one picture after the other: who must not be held up takes them one by one. */
export function* chooseDiverse(
  candidates: readonly number[],
  o: { embeddings: Float32Array; dim: number; uncertainty: ArrayLike<number>; count: number },
): Generator<number> {
  const { embeddings, dim, uncertainty } = o;
  // Distance of each candidate to the nearest one that is chosen: 1 - cosine, at most 1.
  const distances = new Float64Array(candidates.length).fill(1);
  const taken = new Set<number>();
  while (taken.size < Math.min(o.count, candidates.length)) {
    let best = -1;
    let most = -1;
    for (const [i, picture] of candidates.entries()) {
      const worth = uncertainty[picture]! * distances[i]!;
      if (worth <= most || taken.has(picture)) continue;
      [best, most] = [i, worth];
    }
    const chosen = candidates[best]!;
    taken.add(chosen);
    yield chosen;
    for (const [i, picture] of candidates.entries()) {
      distances[i] = Math.max(0, Math.min(distances[i]!, 1 - dot(embeddings, chosen * dim, picture * dim, dim)));
    }
  }
}

function uncertainties(head: Head, embeddings: Float32Array, by: 'margin' | 'entropy'): Float64Array {
  const classes = head.labels.length;
  const scale = 1 / head.temperature;
  const all = new Float64Array(embeddings.length / head.dim);
  for (const { logits, rows, first } of logitsOf(head, embeddings)) {
    for (let row = 0; row < rows; row++) {
      const from = row * classes;
      const logSum = logSumExp(logits, from, classes, scale);
      const p = (c: number): number => Math.exp(scale * logits[from + c]! - logSum);
      if (by === 'margin') {
        const [best, second] = topPlaces(logits, 2, from, classes);
        all[first + row] = 1 - (p(best!) - p(second!));
      } else {
        let entropy = 0;
        for (let c = 0; c < classes; c++) entropy -= p(c) * (scale * logits[from + c]! - logSum);
        all[first + row] = entropy / Math.log(classes);
      }
    }
  }
  return all;
}

function dot(vectors: Float32Array, a: number, b: number, dim: number): number {
  let sum = 0;
  for (let i = 0; i < dim; i++) sum += vectors[a + i]! * vectors[b + i]!;
  return sum;
}

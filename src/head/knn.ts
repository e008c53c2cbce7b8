import type { Baseline } from './head.ts';
import type { MatMul } from './matmul.ts';
import { topPlaces } from './top.ts';

/** Neighbours that vote. */
const k = 10;
/** Multiplications that are spent on it; where that is too few for all held-out pictures, a part of them is asked about. */
const budget = 2e10;
/** Training pictures that are compared at once. */
const rowsAtOnce = 1024;

/** Embeddings and their classes, 0 to `classes - 1`. */
export interface LabelledEmbeddings {
  /** `dim` numbers for each. */
  readonly vectors: Float32Array;
  readonly dim: number;
  readonly given: Uint32Array;
  readonly classes: number;
}

/**
 * How often the ten training pictures with the largest cosine to a held-out one, or all where there are fewer, vote for its class. Of classes with
 * as many votes the one with the larger sum of cosines wins.
 * @returns null where either list is empty
 */
export function knnBaseline(
  { vectors, dim, given }: Omit<LabelledEmbeddings, 'classes'>,
  { train, asked }: { train: Uint32Array; asked: Uint32Array },
  multiply: MatMul,
): Baseline | null {
  if (train.length === 0 || asked.length === 0) return null;
  const affordable = Math.max(100, Math.floor(budget / (train.length * dim)));
  const every = Math.ceil(asked.length / affordable);
  const queries = asked.filter((_, i) => i % every === 0);
  const count = queries.length;
  const columns = new Float32Array(dim * count);
  for (const [q, i] of queries.entries()) {
    const unit = unitRow(vectors, i, dim);
    for (let j = 0; j < dim; j++) columns[j * count + q] = unit[j]!;
  }
  // A row for each query: as many numbers as the budget has multiplications for one place of an embedding.
  const cosines = new Float32Array(count * train.length);
  for (let first = 0; first < train.length; first += rowsAtOnce) {
    const places = train.subarray(first, first + rowsAtOnce);
    const rows = new Float32Array(places.length * dim);
    for (const [r, i] of places.entries()) rows.set(unitRow(vectors, i, dim), r * dim);
    const product = multiply(rows, columns, places.length, dim, count);
    for (let at = 0; at < product.length; at++) {
      cosines[(at % count) * train.length + first + Math.floor(at / count)] = product[at]!;
    }
  }
  let right = 0;
  for (const [q, i] of queries.entries()) {
    const votes = new Map<number, number>();
    for (const neighbour of topPlaces(cosines, k, q * train.length, train.length)) {
      const c = given[train[neighbour]!]!;
      // A vote counts more than ten cosines.
      votes.set(c, (votes.get(c) ?? 0) + 100 + cosines[q * train.length + neighbour]!);
    }
    const [winner] = [...votes].sort(([, a], [, b]) => b - a)[0]!;
    if (winner === given[i]) right++;
  }
  return { k: Math.min(k, train.length), pictures: count, accuracy: right / count };
}

/** Zeros stay zeros, and so are not like anything. */
function unitRow(vectors: Float32Array, row: number, dim: number): Float32Array {
  const vector = vectors.subarray(row * dim, (row + 1) * dim);
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? vector.map((value) => value / length) : vector;
}

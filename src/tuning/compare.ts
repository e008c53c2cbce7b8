import type { LabelledEmbeddings } from '../head/knn.ts';
import type { MatMul } from '../head/matmul.ts';
import { topPlaces } from '../head/top.ts';

const depth = 10;
const rowsAtOnce = 512;
/** Held-out pictures that are asked about at most: the rest are left out evenly. */
const mostQueries = 2000;

/**
 * How many of the ten nearest training pictures have a held-out picture's label: the mean part, 0 to 1.
 * @param places only of pictures whose label is trained on; null where either list is empty
 */
export function precisionAt10(
  { vectors, dim, given }: Omit<LabelledEmbeddings, 'classes'>,
  { train, asked }: { train: Uint32Array; asked: Uint32Array },
  multiply: MatMul,
): number | null {
  const every = Math.ceil(asked.length / mostQueries);
  const queries = asked.filter((_, i) => i % every === 0);
  if (train.length === 0 || queries.length === 0) return null;
  const count = queries.length;
  const columns = new Float32Array(dim * count);
  for (const [q, i] of queries.entries()) {
    for (let j = 0; j < dim; j++) columns[j * count + q] = vectors[i * dim + j]!;
  }
  const cosines = new Float32Array(count * train.length);
  for (let first = 0; first < train.length; first += rowsAtOnce) {
    const places = train.subarray(first, first + rowsAtOnce);
    const rows = new Float32Array(places.length * dim);
    for (const [r, i] of places.entries()) rows.set(vectors.subarray(i * dim, (i + 1) * dim), r * dim);
    const product = multiply(rows, columns, places.length, dim, count);
    for (let at = 0; at < product.length; at++) {
      cosines[(at % count) * train.length + first + Math.floor(at / count)] = product[at]!;
    }
  }
  const asMany = Math.min(depth, train.length);
  let same = 0;
  for (const [q, i] of queries.entries()) {
    const near = topPlaces(cosines, asMany, q * train.length, train.length);
    same += near.filter((place) => given[train[place]!] === given[i]).length;
  }
  return same / (asMany * count);
}

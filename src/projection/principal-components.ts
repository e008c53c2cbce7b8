/**
 * Principal components by randomised subspace iteration: the leading directions of a random block become those of the data after a
 * few products with it (Halko, Martinsson and Tropp, Finding Structure with Randomness, 2011, algorithms 4.4 and 5.1).
 */
import { orthonormalRows } from './orthonormal.ts';
import type { Matrix, Product } from './product.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

export interface PrincipalComponents {
  /** `count` rows of length 1, at right angles, that of the largest variance first. */
  readonly components: Matrix;
  /** Part of the variance that they keep, 0 to 1. */
  readonly explained: number;
}

/**
 * With a block of a quarter more directions than are wanted, four rounds kept .0003 less of the variance than exact ones, on 800
 * flowers of 1,280 numbers.
 */
const rounds = 4;
const spare = (count: number): number => 16 + Math.ceil(count / 4);

/** @param centred one picture a row; the mean of each column is 0 */
export async function principalComponents(
  centred: Matrix,
  count: number,
  product: Product,
): Promise<PrincipalComponents> {
  const { rows, columns } = centred;
  const block = Math.min(count + spare(count), rows, columns);
  let left = random(block, rows);
  for (let round = 0; round < rounds; round++) {
    const right = await orthonormalRows(await product(left, centred), product);
    left = await orthonormalRows(await product(right, centred, { transposeB: true }), product);
  }
  const right = await product(left, centred);
  const { data: gram } = await product(right, right, { transposeB: true });
  const { values, vectors } = symmetricEigen(gram, block);
  const turned = new Float32Array(count * block);
  for (let i = 0; i < count; i++) {
    // A direction without any variance stays zero.
    const scale = values[i]! > 0 ? 1 / Math.sqrt(values[i]!) : 0;
    for (let j = 0; j < block; j++) turned[i * block + j] = scale * vectors[i * block + j]!;
  }
  const components = await product({ data: turned, rows: count, columns: block }, right);
  const kept = values.subarray(0, count).reduce((sum, value) => sum + Math.max(0, value), 0);
  return { components, explained: Math.min(1, kept / squares(centred.data)) };
}

function squares(data: Float32Array): number {
  let sum = 0;
  for (const x of data) sum += x * x;
  return sum;
}

/** Numbers from -.5 to .5, the same each time (a linear congruential generator with the constants of Numerical Recipes). */
function random(rows: number, columns: number): Matrix {
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return { data: Float32Array.from({ length: rows * columns }, next), rows, columns };
}

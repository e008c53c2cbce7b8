/** The same arithmetic as the product's, in plain loops. */
import type { Matrix, Product } from '../../../src/projection/product.ts';

export const plainProduct: Product = async (a, b, { transposeB = false } = {}) => {
  const columns = transposeB ? b.rows : b.columns;
  const data = new Float32Array(a.rows * columns);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < a.columns; k++) {
        sum += a.data[i * a.columns + k]! * (transposeB ? b.data[j * b.columns + k]! : b.data[k * b.columns + j]!);
      }
      data[i * columns + j] = sum;
    }
  }
  return { data, rows: a.rows, columns };
};

export const rowOf = ({ data, columns }: Matrix, i: number): Float32Array =>
  data.subarray(i * columns, (i + 1) * columns);

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, x, i) => sum + x * b[i]!, 0);

/** How far the rows of a matrix are from length 1 and right angles. */
export function fromOrthonormal(matrix: Matrix): number {
  let worst = 0;
  for (let i = 0; i < matrix.rows; i++) {
    for (let j = 0; j <= i; j++) {
      worst = Math.max(worst, Math.abs(dot(rowOf(matrix, i), rowOf(matrix, j)) - Number(i === j)));
    }
  }
  return worst;
}

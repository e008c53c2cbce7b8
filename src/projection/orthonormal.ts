import type { Matrix, Product } from './product.ts';

/**
 * Rows at right angles and of length 1 that span what the rows of a matrix span, by the Cholesky factor of their products with each
 * other. What depends on the rows before it becomes zero. Meant for rows whose lengths differ by a few hundred times at most.
 */
export async function orthonormalRows(matrix: Matrix, product: Product): Promise<Matrix> {
  const { rows } = matrix;
  const { data: gram } = await product(matrix, matrix, { transposeB: true });
  const inverse = inverseFactor(gram, rows);
  return product({ data: Float32Array.from(inverse), rows, columns: rows }, matrix);
}

/** The inverse of L, where `gram` = L Lᵀ and L is a lower triangle. Rows of L that would be nothing but rounding errors count as zero. */
function inverseFactor(gram: Float32Array, n: number): Float64Array {
  const factor = new Float64Array(n * n);
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = factor.subarray(i * n, (i + 1) * n);
    let rest = gram[i * n + i]!;
    for (let j = 0; j < i; j++) {
      const pivot = factor[j * n + j]!;
      if (pivot === 0) continue;
      let sum = gram[i * n + j]!;
      const other = factor.subarray(j * n, j * n + j);
      for (let k = 0; k < j; k++) sum -= row[k]! * other[k]!;
      row[j] = sum / pivot;
      rest -= row[j]! ** 2;
    }
    if (!(rest > 1e-6 * gram[i * n + i]!)) continue;
    row[i] = Math.sqrt(rest);
    // Row i of the inverse: minus what L says of the rows before, divided by the pivot.
    const own = inverse.subarray(i * n, (i + 1) * n);
    for (let j = 0; j < i; j++) {
      const times = row[j]!;
      if (times === 0) continue;
      const before = inverse.subarray(j * n, j * n + j + 1);
      for (let k = 0; k <= j; k++) own[k]! -= times * before[k]!;
    }
    for (let k = 0; k < i; k++) own[k]! /= row[i]!;
    own[i] = 1 / row[i]!;
  }
  return inverse;
}

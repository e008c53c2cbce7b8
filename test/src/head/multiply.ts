import type { MatMul } from '../../../src/head/matmul.ts';

/** Products of matrices as they are defined. */
export const multiply: MatMul = (a, b, rows, inner, columns) => {
  const product = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < inner; i++) {
      const value = a[r * inner + i]!;
      for (let c = 0; c < columns; c++) product[r * columns + c]! += value * b[i * columns + c]!;
    }
  }
  return product;
};

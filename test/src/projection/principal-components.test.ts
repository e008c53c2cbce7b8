import { expect, test } from 'vitest';
import { orthonormalRows } from '../../../src/projection/orthonormal.ts';
import { principalComponents } from '../../../src/projection/principal-components.ts';
import type { Matrix } from '../../../src/projection/product.ts';
import { symmetricEigen } from '../../../src/projection/symmetric-eigen.ts';
import { createRandom } from '../../support/random.ts';
import { dot, fromOrthonormal, plainProduct, rowOf } from './linear-algebra.ts';

/** Rows whose columns have less and less variance, turned so that no column is one component. */
async function centredRows(rows: number, columns: number): Promise<Matrix> {
  const { fraction } = createRandom(7);
  const matrix = (m: number, n: number): Matrix => ({
    data: Float32Array.from({ length: m * n }, () => fraction() - 0.5),
    rows: m,
    columns: n,
  });
  const plain = matrix(rows, columns);
  for (let i = 0; i < plain.data.length; i++) plain.data[i]! *= 1 / (1 + (i % columns));
  const turned = await plainProduct(plain, await orthonormalRows(matrix(columns, columns), plainProduct));
  for (let j = 0; j < columns; j++) {
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += turned.data[i * columns + j]! / rows;
    for (let i = 0; i < rows; i++) turned.data[i * columns + j]! -= mean;
  }
  return turned;
}

test('they are the directions of the largest variance, in their order, and say how much of it they keep', async () => {
  const rows = await centredRows(120, 60);
  const { components, explained } = await principalComponents(rows, 6, plainProduct);
  expect([components.rows, components.columns]).toEqual([6, 60]);
  expect(fromOrthonormal(components)).toBeLessThan(1e-5);
  // The exact ones: eigenvectors of the covariance.
  const turned = { data: new Float32Array(60 * 120), rows: 60, columns: 120 };
  for (let i = 0; i < 120; i++) for (let j = 0; j < 60; j++) turned.data[j * 120 + i] = rows.data[i * 60 + j]!;
  const { data: covariance } = await plainProduct(turned, turned, { transposeB: true });
  const exact = symmetricEigen(covariance, 60);
  for (let k = 0; k < 6; k++) {
    const cosine = dot(rowOf(components, k), exact.vectors.subarray(k * 60, (k + 1) * 60));
    expect(Math.abs(cosine)).toBeGreaterThan(0.999);
  }
  const part = exact.values.subarray(0, 6).reduce((a, b) => a + b) / exact.values.reduce((a, b) => a + b);
  expect(explained).toBeCloseTo(part, 3);
});

test('they are the same each time', async () => {
  const rows = await centredRows(40, 20);
  const [a, b] = [await principalComponents(rows, 5, plainProduct), await principalComponents(rows, 5, plainProduct)];
  expect(a).toEqual(b);
});

test('where there is less to keep than is asked for, the rest is zero', async () => {
  const data = new Float32Array(12 * 4);
  for (let i = 0; i < 12; i++) data[i * 4] = i - 5.5;
  const { components, explained } = await principalComponents({ data, rows: 12, columns: 4 }, 3, plainProduct);
  expect([...rowOf(components, 0)].map(Math.abs)).toEqual([expect.closeTo(1, 5), 0, 0, 0]);
  expect([...components.data.subarray(4)].every((x) => Math.abs(x) < 1e-3)).toBe(true);
  expect(explained).toBeCloseTo(1, 5);
});

test('orthonormal rows span what the rows spanned; what depends on others is zero', async () => {
  const data = Float32Array.of(3, 0, 0, 1, 2, 0, 4, 2, 0, 1, 1, 5);
  const rows = await orthonormalRows({ data, rows: 4, columns: 3 }, plainProduct);
  expect([...rowOf(rows, 0)]).toEqual([1, 0, 0]);
  expect([...rowOf(rows, 1)]).toEqual([expect.closeTo(0, 5), 1, 0]);
  expect(Math.hypot(...rowOf(rows, 2))).toBe(0);
  expect([...rowOf(rows, 3)]).toEqual([expect.closeTo(0, 5), expect.closeTo(0, 5), expect.closeTo(1, 5)]);
});

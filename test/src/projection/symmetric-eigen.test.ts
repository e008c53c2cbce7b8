import { expect, test } from 'vitest';
import { symmetricEigen } from '../../../src/projection/symmetric-eigen.ts';
import { createRandom } from '../../support/random.ts';

test('of a matrix whose eigenvalues are known, largest first', () => {
  const { values, vectors } = symmetricEigen([2, 1, 0, 1, 2, 0, 0, 0, 7], 3);
  expect([...values]).toEqual([7, expect.closeTo(3, 12), expect.closeTo(1, 12)]);
  expect([...vectors.subarray(0, 3)].map(Math.abs)).toEqual([0, 0, 1]);
  expect([...vectors.subarray(3, 6)].map(Math.abs)).toEqual([
    expect.closeTo(Math.SQRT1_2),
    expect.closeTo(Math.SQRT1_2),
    0,
  ]);
});

test.each([1, 2, 3, 17, 60])('a matrix times each of its vectors is that vector times its value (%i x %i)', (n) => {
  const random = createRandom(n);
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = random.fraction() - 0.5;
  }
  const { values, vectors } = symmetricEigen(matrix, n);
  for (let k = 0; k < n; k++) {
    const vector = vectors.subarray(k * n, (k + 1) * n);
    for (let i = 0; i < n; i++) {
      const product = vector.reduce((sum, x, j) => sum + matrix[i * n + j]! * x, 0);
      expect(product).toBeCloseTo(values[k]! * vector[i]!, 10);
    }
    expect(Math.hypot(...vector)).toBeCloseTo(1, 10);
    if (k > 0) expect(values[k]).toBeLessThanOrEqual(values[k - 1]!);
  }
});

test('equal and vanishing eigenvalues are no trouble', () => {
  expect([...symmetricEigen([1, 0, 0, 1], 2).values]).toEqual([1, 1]);
  expect([...symmetricEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0]);
  const ones = symmetricEigen(new Float64Array(16).fill(1), 4);
  expect([...ones.values].map((value) => Math.round(value * 1e9) / 1e9 + 0)).toEqual([4, 0, 0, 0]);
});

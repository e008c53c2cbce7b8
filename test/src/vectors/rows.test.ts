import { describe, expect, test } from 'vitest';
import { createRows } from '../../../src/vectors/rows.ts';
import { dot } from '../../../src/vectors/vector.ts';
import { pageBytes } from '../../../src/wasm.ts';
import { seededVector } from '../../contracts/vector-index.ts';

describe('rows of vectors', () => {
  test.each([1, 3, 15, 16, 17, 100, 1280])(
    'the dot product of %d numbers is that of double precision to 1e-6',
    (dim) => {
      const rows = createRows(dim);
      for (let row = 0; row < 20; row++) rows.put(row, seededVector(row, dim), 1);
      for (let row = 0; row < 20; row++) {
        const query = seededVector(100 + row, dim);
        expect(rows.dot(query, row)).toBeCloseTo(dot(query, seededVector(row, dim), 0), 6);
      }
    },
  );

  test('two queries in turn do not get into each other’s way', () => {
    const rows = createRows(2);
    rows.put(0, Float32Array.of(1, 2), 1);
    const [one, two] = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
    expect([rows.dot(one, 0), rows.dot(two, 0), rows.dot(one, 0)]).toEqual([1, 2, 1]);
  });

  test('a row is scaled, read back, and overwritten in place', () => {
    const rows = createRows(3);
    rows.put(0, Float32Array.of(1, 2, 3), 2);
    expect([...rows.view(0)]).toEqual([2, 4, 6]);
    rows.put(0, Float32Array.of(1, 1, 1), 1);
    expect([...rows.view(0)]).toEqual([1, 1, 1]);
  });

  test('more rows than one memory holds go on in the next, and none is lost while they grow', () => {
    const rows = createRows(16, 4 * pageBytes);
    const vector = (row: number): Float32Array => new Float32Array(16).fill(row);
    for (let row = 0; row < 10_000; row++) rows.put(row, vector(row), 1);
    for (const row of [0, 1, 4094, 4095, 4096, 8190, 9999]) {
      expect(rows.dot(vector(1), row)).toBe(16 * row);
      expect(rows.view(row)[15]).toBe(row);
    }
  });
});

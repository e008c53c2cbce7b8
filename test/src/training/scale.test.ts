import { expect, test } from 'vitest';
import { fitScale, foldScale, scaledRows } from '../../../src/training/scale.ts';
import { blobs } from '../head/blobs.ts';

const { vectors, dim, pictures } = blobs({ a: 30, b: 20 });
const all = Uint32Array.from(pictures, (_, i) => i);

test('what goes into the first layer has the mean 0 and a mean squared length of 256', () => {
  const rows = scaledRows(vectors, all, fitScale(vectors, dim, all));
  for (let j = 0; j < dim; j++) {
    const mean = all.reduce((sum, i) => sum + rows[i * dim + j]!, 0) / all.length;
    expect(mean).toBeCloseTo(0, 4);
  }
  expect(rows.reduce((sum, value) => sum + value * value, 0) / all.length).toBeCloseTo(256, 2);
});

test('it is fitted on the pictures that are named, and others go through it too', () => {
  const scale = fitScale(vectors, dim, Uint32Array.of(4));
  expect([...scale.mean]).toEqual([...vectors.subarray(4 * dim, 5 * dim)]);
  const [four, five] = [Uint32Array.of(4), Uint32Array.of(5)];
  expect(scaledRows(vectors, four, scale).every((value) => value === 0)).toBe(true);
  expect(scaledRows(vectors, five, scale).some((value) => value !== 0)).toBe(true);
});

test('a layer with the scale in it gives for an embedding what it gave for the scaled one', () => {
  const scale = fitScale(vectors, dim, all);
  const outputs = 3;
  const weights = Float32Array.from({ length: dim * outputs }, (_, i) => Math.sin(i));
  const biases = Float32Array.of(1, -2, 3);
  const layer = foldScale(weights, biases, scale);
  expect([layer.inputs, layer.outputs]).toEqual([dim, outputs]);
  const rows = scaledRows(vectors, all, scale);
  for (const i of all) {
    for (let o = 0; o < outputs; o++) {
      let [scaled, folded] = [biases[o]!, layer.biases[o]!];
      for (let j = 0; j < dim; j++) {
        scaled += rows[i * dim + j]! * weights[j * outputs + o]!;
        folded += vectors[i * dim + j]! * layer.weights[o * dim + j]!;
      }
      expect(folded).toBeCloseTo(scaled, 3);
    }
  }
});

test('embeddings that are all the same, or zeros, stay numbers', () => {
  for (const value of [0, 0.125]) {
    const same = new Float32Array(vectors.length).fill(value);
    expect(scaledRows(same, all, fitScale(same, dim, all)).every((x) => Math.abs(x) < 1e-9)).toBe(true);
  }
});

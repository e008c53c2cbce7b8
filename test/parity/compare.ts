/**
 * How far vectors are from those that Keras gave.
 */
import { expect } from 'vitest';

export interface Distance {
  /** Largest difference of two numbers, as a part of the largest number expected. */
  readonly error: number;
  /** Least cosine similarity of a picture's two vectors. */
  readonly cosine: number;
  /** The same after each side's mean over the pictures was subtracted: a network that sees no differences fails here. */
  readonly centred: number;
}

/** The worst of all pictures. Both hold a vector for each, in the same order. */
export function distance(found: readonly Float32Array[], expected: readonly Float32Array[]): Distance {
  expect(found.map((vector) => vector.length)).toEqual(expected.map((vector) => vector.length));
  const errors = expected.map(
    (vector, i) => largest(vector.map((value, j) => value - found[i]![j]!)) / largest(vector),
  );
  return {
    error: Math.max(...errors),
    cosine: leastCosine(found, expected),
    centred: leastCosine(centre(found), centre(expected)),
  };
}

/** From the same pixels. @param name of what is compared, for the error */
export function expectSame(found: readonly Float32Array[], expected: readonly Float32Array[], name: string): Distance {
  const worst = distance(found, expected);
  // Written so that NaN fails too.
  const same = worst.error <= 1e-3 && worst.cosine >= 0.99999 && worst.centred >= 0.99999;
  expect(same, `${name}: expected error <= .001, cosines >= .99999; got ${JSON.stringify(worst)}`).toBe(true);
  return worst;
}

/** `numbers` as vectors of as many pictures. */
export function split(numbers: Float32Array, count: number): Float32Array[] {
  const dim = numbers.length / count;
  return Array.from({ length: count }, (_, i) => numbers.slice(i * dim, (i + 1) * dim));
}

function largest(vector: Float32Array): number {
  return vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function leastCosine(a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): number {
  return Math.min(...a.map((vector, i) => cosine(vector, b[i]!)));
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return dot / Math.sqrt(aa * bb);
}

function centre(vectors: readonly Float32Array[]): Float64Array[] {
  const mean = Float64Array.from(vectors[0]!, (_, j) => vectors.reduce((sum, v) => sum + v[j]!, 0) / vectors.length);
  return vectors.map((vector) => Float64Array.from(vector, (value, j) => value - mean[j]!));
}

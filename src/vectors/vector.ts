import { PixkinError } from '../errors.ts';

/**
 * What a vector is multiplied with to have length 1: embeddings come rounded to halves, and both indexes must see the same numbers. 0 for a
 * vector of zeros: it stays zero, and is like nothing (score 0).
 * @param name what the error calls it
 * @throws PixkinError `invalid_request` where there are not `dim` numbers, or one of them is not finite
 */
export function unitScale(vector: Float32Array, dim: number, name: string): number {
  if (vector.length !== dim) {
    throw new PixkinError('invalid_request', `${name} must have ${dim} numbers; got ${vector.length}`);
  }
  const sum = dot(vector, vector, 0);
  if (!Number.isFinite(sum)) {
    const at = vector.findIndex((value) => !Number.isFinite(value));
    throw new PixkinError('invalid_request', `${name} must have finite numbers; got ${vector[at]} at position ${at}`);
  }
  return sum === 0 ? 0 : 1 / Math.sqrt(sum);
}

/** A copy of length 1; throws as `unitScale` does. */
export function toUnit(vector: Float32Array, dim: number, name: string): Float32Array {
  const scale = unitScale(vector, dim, name);
  return vector.map((value) => value * scale);
}

/** @throws PixkinError `invalid_request` where `k` is not an integer >= 1 */
export function checkK(k: number): void {
  if (!Number.isSafeInteger(k) || k < 1)
    throw new PixkinError('invalid_request', `k must be an integer >= 1; got ${k}`);
}

/** @throws PixkinError `invalid_request` where `content` cannot be a label: an integer, 0 to 2^32 - 1 */
export function checkContent(content: number): void {
  if (!Number.isInteger(content) || content < 0 || content > 0xffffffff) {
    throw new PixkinError('invalid_request', `content must be an integer, 0 to 4294967295; got ${content}`);
  }
}

/**
 * Dot product of `query` and `dim` numbers of `rows` from `offset`. Four sums, because one would make each addition wait for the
 * last: about three times as fast in V8.
 */
export function dot(query: Float32Array, rows: Float32Array, offset: number): number {
  const dim = query.length;
  const whole = dim - (dim % 8);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (let at = offset; i < whole; i += 8, at += 8) {
    a += query[i]! * rows[at]! + query[i + 4]! * rows[at + 4]!;
    b += query[i + 1]! * rows[at + 1]! + query[i + 5]! * rows[at + 5]!;
    c += query[i + 2]! * rows[at + 2]! + query[i + 6]! * rows[at + 6]!;
    d += query[i + 3]! * rows[at + 3]! + query[i + 7]! * rows[at + 7]!;
  }
  for (; i < dim; i++) a += query[i]! * rows[offset + i]!;
  return a + b + c + d;
}

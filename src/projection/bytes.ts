/**
 * A projection as bytes: the mean, then the components row by row, float32, little endian.
 */
import { PixkinError } from '../errors.ts';
import type { Projection } from './projection.ts';

export function encodeProjection({ mean, components }: Projection): Uint8Array {
  const numbers = [mean, components].map((each) => Buffer.from(each.buffer, each.byteOffset, each.byteLength));
  return Buffer.concat(numbers);
}

/**
 * @param bytes what `encodeProjection` gave, at any alignment
 * @param count numbers that come out of the projection
 * @throws PixkinError `invalid_request`: they are those of another one
 */
export function decodeProjection(bytes: Uint8Array, count: number): Projection {
  const dim = bytes.length / 4 / (count + 1);
  if (!Number.isInteger(dim) || dim === 0) {
    const message = `a projection to ${count} numbers must have ${4 * (count + 1)} bytes for each that goes in; got ${bytes.length}`;
    throw new PixkinError('invalid_request', message);
  }
  const numbers = new Float32Array(new Uint8Array(bytes).buffer);
  return { mean: numbers.slice(0, dim), components: numbers.slice(dim) };
}

import { expect, test } from 'vitest';
import { decodeF16, encodeF16 } from '../../src/f16.ts';

const half = (value: number): number => {
  const bytes = encodeF16(Float32Array.of(value));
  return bytes[0]! | (bytes[1]! << 8);
};
const decoded = (bits: number): number => decodeF16(Uint8Array.of(bits & 0xff, bits >>> 8), 1)[0]!;

test.each([
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [1 / 3, 0x3555],
  [65504, 0x7bff],
  [65519, 0x7bff],
  [65520, 0x7c00],
  [Number.POSITIVE_INFINITY, 0x7c00],
  [Number.NEGATIVE_INFINITY, 0xfc00],
  [2 ** -14, 0x0400],
  [2 ** -14 - 2 ** -24, 0x03ff],
  [2 ** -14 - 2 ** -26, 0x0400],
  [2 ** -24, 0x0001],
  [-(2 ** -24), 0x8001],
  [2 ** -25, 0x0000],
  [2 ** -25 * 1.0001, 0x0001],
  [3 * 2 ** -25, 0x0002],
  [1e-30, 0x0000],
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [1 + 2 ** -11 + 2 ** -20, 0x3c01],
  [2 - 2 ** -12, 0x4000],
])('%d is coded as the half with the bits %i', (value, bits) => {
  expect(half(value)).toBe(bits);
});

test('every half comes back with the same bits, and NaN stays NaN', () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = decoded(bits);
    if ((bits & 0x7c00) === 0x7c00 && bits & 0x3ff) expect(value).toBeNaN();
    else if (half(value) !== bits) expect.fail(`0x${bits.toString(16)} became 0x${half(value).toString(16)}`);
  }
  expect(decoded(half(Number.NaN))).toBeNaN();
});

test('of the two neighbouring halves the nearer one is taken', () => {
  for (let i = 1; i < 2000; i++) {
    const value = Math.fround(Math.sin(i) * 2 ** ((i % 40) - 26));
    const bits = half(Math.abs(value));
    const error = Math.abs(decoded(bits) - Math.abs(value));
    expect(error).toBeLessThanOrEqual(Math.abs(decoded(bits + 1) - Math.abs(value)));
    if (bits > 0) expect(error).toBeLessThanOrEqual(Math.abs(decoded(bits - 1) - Math.abs(value)));
  }
});

test('bytes may begin at an odd offset, as a database hands them out', () => {
  const vector = Float32Array.of(0.25, -0.5, 1);
  const odd = new Uint8Array(7).subarray(1);
  odd.set(encodeF16(vector));
  expect([...decodeF16(odd, 3)]).toEqual([...vector]);
});

test('a wrong number of bytes is refused', () => {
  expect(() => decodeF16(new Uint8Array(5), 3)).toThrow('an f16 vector of 3 numbers must have 6 bytes; got 5');
});

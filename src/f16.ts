/**
 * Half-precision coding (IEEE 754 binary16, little endian), the form in which the catalog keeps embeddings: half of the
 * room, and .9999 of the nearest neighbours stay the same.
 */

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** All 65,536 halves as floats: a look-up costs less than the arithmetic. */
const floats = new Float32Array(0x10000);
for (let half = 0; half < floats.length; half++) floats[half] = halfToFloat(half);

/**
 * @param vector any floats; what is beyond ±65504 becomes infinite, as the format has it
 * @returns 2 bytes for each number, rounded to nearest, ties to even
 */
export function encodeF16(vector: Float32Array): Uint8Array {
  const bytes = new Uint8Array(vector.length * 2);
  for (let i = 0; i < vector.length; i++) {
    const half = floatToHalf(vector[i]!);
    bytes[2 * i] = half;
    bytes[2 * i + 1] = half >>> 8;
  }
  return bytes;
}

/**
 * @param bytes what `encodeF16` gave, at any alignment
 * @param dim how many numbers are expected
 * @throws RangeError where `bytes` is not `2 * dim` long
 */
export function decodeF16(bytes: Uint8Array, dim: number): Float32Array {
  if (bytes.length !== 2 * dim) {
    throw new RangeError(`an f16 vector of ${dim} numbers must have ${2 * dim} bytes; got ${bytes.length}`);
  }
  const vector = new Float32Array(dim);
  for (let i = 0; i < dim; i++) vector[i] = floats[bytes[2 * i]! | (bytes[2 * i + 1]! << 8)]!;
  return vector;
}

function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function floatToHalf(value: number): number {
  float[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 = 0x477ff000 is the middle between the largest half and the next power: from there on all round to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Below 2^-14 a half is a multiple of 2^-24; adding 0.5, whose last place is 2^-24, lets the FPU round to it.
    float[0] = Math.abs(value) + 0.5;
    return sign | (bits[0]! - 0x3f000000);
  }
  // 13 bits go. Half of the last place less one, plus the last bit that stays, rounds ties to even; a carry may raise the exponent.
  return sign | ((magnitude + 0xfff + ((magnitude >>> 13) & 1) - 0x38000000) >>> 13);
}

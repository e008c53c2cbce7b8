/**
 * Numbers as files keep them, little endian, brought to float32.
 */
import { decodeF16 } from '../../f16.ts';
import type { Bytes } from './bytes.ts';

/** Bytes of one number. */
export const numberBytes = { f16: 2, bf16: 2, f32: 4, f64: 8, u8: 1, u16: 2 } as const;

/** f: IEEE 754; bf16: the upper half of an f32; u: whole numbers, the codes of quantised weights. */
export type NumberType = keyof typeof numberBytes;

/** What is held beside the result while numbers are converted. */
const PIECE = 2 ** 22;

/** @param bytes whole numbers, aligned to their size */
export function toFloats(bytes: Uint8Array, type: NumberType): Float32Array | Float64Array | Uint8Array | Uint16Array {
  const { buffer, byteOffset } = bytes;
  const count = bytes.length / numberBytes[type];
  if (type === 'f16') return decodeF16(bytes, count);
  if (type === 'f32') return new Float32Array(buffer, byteOffset, count);
  if (type === 'f64') return new Float64Array(buffer, byteOffset, count);
  if (type === 'u8') return bytes;
  const words = new Uint16Array(buffer, byteOffset, count);
  if (type === 'u16') return words;
  return new Float32Array(Uint32Array.from(words, (word) => word << 16).buffer);
}

/** `count` numbers from `position` on. An f64 is rounded to the nearest float32, and may become infinite. */
export function readFloats(bytes: Bytes, position: number, count: number, type: NumberType): Float32Array {
  const floats = new Float32Array(count);
  if (type === 'f32') {
    bytes.read(new Uint8Array(floats.buffer), position);
    return floats;
  }
  const width = numberBytes[type];
  const step = PIECE / width;
  const piece = new Uint8Array(Math.min(count, step) * width);
  for (let done = 0; done < count; done += step) {
    const some = piece.subarray(0, Math.min(count - done, step) * width);
    bytes.read(some, position + done * width);
    floats.set(toFloats(some, type), done);
  }
  return floats;
}

/**
 * HDF5 keeps texts of variable length in heaps: a signature with a version, a size, then objects with a header of 16 bytes
 * each. Where a damaged file has an object without a size, or with one beyond its heap, the library may never come out of it.
 * https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html (III.E)
 */
import type { Bytes } from './bytes.ts';

const SIGNATURE = Buffer.from('GCOL\x01\0\0\0', 'latin1');
const HEADER = 16;

/**
 * Wipes the signatures of such heaps, for which the library has an error.
 * @param block what the library will get of `bytes`, from `position` on
 */
export function withholdEndlessHeaps(block: Uint8Array, position: number, bytes: Bytes): void {
  const buffer = Buffer.from(block.buffer, block.byteOffset, block.length);
  for (let at = buffer.indexOf(SIGNATURE); at >= 0; at = buffer.indexOf(SIGNATURE, at + 1)) {
    if (isEndless(bytes, position + at)) buffer.fill(0, at, at + SIGNATURE.length);
  }
}

function isEndless(bytes: Bytes, position: number): boolean {
  const rest = bytes.size - position;
  if (rest < HEADER) return true;
  const view = (start: number, length: number): DataView => {
    const part = new Uint8Array(length);
    bytes.read(part, position + start);
    return new DataView(part.buffer);
  };
  const size = Number(view(8, 8).getBigUint64(0, true));
  if (size > rest) return true;
  for (let at = HEADER; at + HEADER <= size; ) {
    const object = view(at, HEADER);
    const isFree = object.getUint16(0, true) === 0;
    const length = Number(object.getBigUint64(8, true));
    const step = isFree ? length : HEADER + Math.ceil(length / 8) * 8;
    if (step === 0 || at + step > size) return true;
    at += step;
  }
  return false;
}

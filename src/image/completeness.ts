/**
 * Tells a file that was cut off from one that is damaged: decoders say "unsupported" or "corrupt header" to both.
 * Asked after a decoder failed, and beforehand where a decoder does not notice.
 */
import type { ImageKind } from '../types.ts';
import { readDirectory, readNumber, readTiff, type TiffEntry } from './tiff-directory.ts';

/** Copying tools and network drives reserve a file's length first: its tail is zeros until the copy is complete. */
const zeroTail = 512;

/** True where the format's own lengths, offsets or end mark say that bytes are missing. */
export function isCutOff(kind: ImageKind, bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (kind === 'jpeg') return !hasJpegEnd(buffer);
  if (kind === 'tiff') return isTiffCutOff(buffer);
  if (endsInZeros(buffer)) return true;
  if (kind === 'png') return !hasPngEnd(buffer);
  if (kind === 'webp') return buffer.length < 12 || buffer.readUInt32LE(4) + 8 > buffer.length;
  if (kind === 'gif') return buffer.at(-1) !== 0x3b;
  if (kind === 'bmp') return buffer.length < 54 || buffer.readUInt32LE(2) > buffer.length;
  return isBoxCutOff(buffer);
}

/**
 * True where a decoder would make a picture of what is not there, without a complaint: libjpeg of a JPEG's reserved tail of zeros,
 * libtiff of strips beyond the end. (HEIC complains, but its decoder also writes to stdout.)
 */
export function isSilentlyCutOff(kind: ImageKind, bytes: Uint8Array): boolean {
  const suspect = kind === 'tiff' || kind === 'heic' || (kind === 'jpeg' && bytes.at(-1) === 0);
  return suspect && isCutOff(kind, bytes);
}

function endsInZeros(buffer: Buffer): boolean {
  return buffer.length > zeroTail && buffer.subarray(-zeroTail).every((byte) => byte === 0);
}

/** The end mark after the first scan begins: before it, an embedded thumbnail has one of its own. */
function hasJpegEnd(buffer: Buffer): boolean {
  let p = 2;
  while (p + 4 <= buffer.length && buffer[p] === 0xff) {
    const marker = buffer[p + 1]!;
    if (marker === 0xda) return buffer.indexOf('\xff\xd9', p, 'latin1') >= 0;
    // Fill bytes before a marker.
    p += marker === 0xff ? 1 : 2 + buffer.readUInt16BE(p + 2);
  }
  // Lost between segments: damaged, unless the bytes ran out.
  return p + 4 <= buffer.length;
}

function hasPngEnd(buffer: Buffer): boolean {
  for (let p = 8; p + 12 <= buffer.length; p += 12 + buffer.readUInt32BE(p)) {
    const type = buffer.toString('latin1', p + 4, p + 8);
    if (type === 'IEND' || !/^[A-Za-z]{4}$/.test(type)) return true;
  }
  return false;
}

function isTiffCutOff(buffer: Buffer): boolean {
  const tiff = readTiff(buffer);
  const main = tiff && readDirectory(tiff, tiff.first);
  if (!main) return true;
  const ends = (offsets: TiffEntry | undefined, counts: TiffEntry | undefined) => {
    for (let i = 0; i < (offsets?.count ?? 0); i++) {
      const offset = readNumber(tiff, offsets, i);
      if (offset === null || offset + (readNumber(tiff, counts, i) ?? 0) > buffer.length) return true;
    }
    return false;
  };
  // Strips, then tiles.
  return ends(main.get(0x111), main.get(0x117)) || ends(main.get(0x144), main.get(0x145));
}

function isBoxCutOff(buffer: Buffer): boolean {
  let p = 0;
  while (p + 8 <= buffer.length) {
    let size = buffer.readUInt32BE(p);
    // 0: up to the end of the file. 1: the length follows in 64 bits.
    if (size === 0) return false;
    if (size === 1) {
      if (p + 16 > buffer.length) return true;
      size = Number(buffer.readBigUInt64BE(p + 8));
    }
    if (size < 8) return false;
    p += size;
  }
  return p !== buffer.length;
}

/** What stands before the first scan of a JPEG. Source: ITU-T T.81, annex B; EXIF 2.3; ICC.1:2010, annex B.4. */

export interface JpegHeader {
  /** As stored: before any rotation. */
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 colour, 4 CMYK. */
  readonly components: number;
  /** The EXIF block without its `Exif` header. */
  readonly exif: Uint8Array | undefined;
  readonly icc: Uint8Array | undefined;
}

const exifHeader = 'Exif\0\0';
const iccHeader = 'ICC_PROFILE\0';
/** Baseline, extended and progressive Huffman coding; the others are rare. */
const startOfFrame: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);

/** Null for anything unusual: damage, 12 bits, arithmetic or lossless coding, a profile in several pieces. Never throws. */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let frame: Pick<JpegHeader, 'width' | 'height' | 'components'> | undefined;
  let exif: Uint8Array | undefined;
  let icc: Uint8Array | undefined;
  if (buffer.length < 4 || buffer.readUInt16BE(0) !== 0xffd8) return null;
  for (let p = 2; p + 4 <= buffer.length && buffer[p] === 0xff; ) {
    const marker = buffer[p + 1]!;
    // Fill bytes before a marker.
    if (marker === 0xff) {
      p++;
      continue;
    }
    if (marker === 0xda) return frame ? { ...frame, exif, icc } : null;
    const end = p + 2 + buffer.readUInt16BE(p + 2);
    if (end < p + 4 || end > buffer.length) return null;
    const segment = buffer.subarray(p + 4, end);
    if (startOfFrame.has(marker)) {
      if (segment.length < 6 || segment[0] !== 8) return null;
      frame = { height: segment.readUInt16BE(1), width: segment.readUInt16BE(3), components: segment[5]! };
    } else if (marker === 0xe1 && !exif && startsWith(segment, exifHeader)) {
      exif = segment.subarray(exifHeader.length);
    } else if (marker === 0xe2 && startsWith(segment, iccHeader)) {
      // After the name: which piece, of how many.
      if (segment.readUInt16BE(iccHeader.length) !== 0x0101) return null;
      icc = segment.subarray(iccHeader.length + 2);
    }
    p = end;
  }
  return null;
}

const startsWith = (segment: Buffer, text: string): boolean =>
  segment.length >= text.length + 2 && segment.toString('latin1', 0, text.length) === text;

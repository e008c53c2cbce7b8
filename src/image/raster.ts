/**
 * What a decoder of our own gives (HEIC, BMP), put into an uncompressed TIFF: so its profile, its alpha and its reduction
 * go the one way that all other pictures go. Source of the layout: TIFF 6.0; tag 34675: ICC.1:2010, annex B.4.
 */

/** Upright pixels, rows first: red, green, blue, alpha (not premultiplied). */
export interface Raster {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

const SHORT = 3;
const LONG = 4;
const UNDEFINED = 7;

/** A little-endian TIFF of one strip, with the profile where there is one. */
export function toTiff(raster: Raster, icc?: Uint8Array): Uint8Array {
  const { data, width, height } = raster;
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    [258, SHORT, 4, 0], // bits per sample: where they are is filled in below
    [259, SHORT, 1, 1], // not compressed
    [262, SHORT, 1, 2], // RGB
    [273, LONG, 1, 0], // strip offset: as above
    [277, SHORT, 1, 4],
    [278, LONG, 1, height],
    [279, LONG, 1, data.length],
    [284, SHORT, 1, 1],
    [338, SHORT, 1, 2], // the fourth sample is alpha, not premultiplied
  ];
  if (icc) entries.push([34675, UNDEFINED, icc.length, 0]);
  const bitsAt = 8 + 2 + entries.length * 12 + 4;
  const iccAt = bitsAt + 8;
  const pixelsAt = iccAt + (icc ? icc.length + (icc.length & 1) : 0);

  const bytes = Buffer.alloc(pixelsAt + data.length);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, type, count, value], i) => {
    const at = 10 + i * 12;
    const placed = { 258: bitsAt, 273: pixelsAt, 34675: iccAt }[tag] ?? value;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(count, at + 4);
    bytes.writeUInt32LE(placed, at + 8);
  });
  for (let i = 0; i < 4; i++) bytes.writeUInt16LE(8, bitsAt + 2 * i);
  if (icc) bytes.set(icc, iccAt);
  bytes.set(data, pixelsAt);
  return bytes;
}

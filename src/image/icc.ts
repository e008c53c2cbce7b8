/**
 * Tells which ICC profiles must be applied. The transform costs twice the decoding of a small JPEG, most embedded profiles are
 * sRGB or a monitor's, and the usual networks were trained on pixels as they were stored; but the colours of a wide gamut, taken
 * for sRGB, are washed out. Source of the layout: ICC.1:2010.
 */

/**
 * Area of the triangle of the primaries in CIE 1931 x and y, adapted to D50. sRGB has .109, monitors' profiles .10 to .112,
 * Display P3 .138, Adobe RGB .147, ProPhoto .277.
 */
const widest = 0.12;
/** What the tone curve makes of one half. A power of 2.4 gives .19, sRGB .214, 1.8 .287; a linear one .5. */
const usualTone = { least: 0.17, most: 0.3 };

/** False for RGB profiles with a gamut and a tone curve near sRGB's; true for all others, also those that cannot be read. */
export function needsTransform(icc: Uint8Array): boolean {
  const view = new DataView(icc.buffer, icc.byteOffset, icc.byteLength);
  try {
    const tags = readTags(view);
    const [red, green, blue, curve] = ['rXYZ', 'gXYZ', 'bXYZ', 'gTRC'].map((name) => tags.get(name));
    // No primaries: grey, CMYK, or a table. Where there is a table as well, it overrules them.
    if (!red || !green || !blue || !curve || tags.has('A2B0')) return true;
    const tone = half(curve);
    if (!(tone >= usualTone.least && tone <= usualTone.most)) return true;
    const [r, g, b] = [chromaticity(red), chromaticity(green), chromaticity(blue)];
    return !(Math.abs((g.x - r.x) * (b.y - r.y) - (b.x - r.x) * (g.y - r.y)) / 2 <= widest);
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}

/** The tone curve's value at one half, or NaN for a kind that is not known. */
function half(curve: DataView): number {
  const kind = text(curve, 0);
  if (kind === 'curv') {
    const count = curve.getUint32(8);
    if (count === 0) return 0.5;
    return count === 1 ? 0.5 ** (curve.getUint16(12) / 256) : curve.getUint16(12 + 2 * (count >> 1)) / 65535;
  }
  // All parametric curves begin with their power; from the second kind on, a factor and an offset follow.
  if (kind !== 'para') return Number.NaN;
  return curve.getUint16(8) === 0
    ? 0.5 ** fixed(curve, 12)
    : (fixed(curve, 16) * 0.5 + fixed(curve, 20)) ** fixed(curve, 12);
}

function chromaticity(tag: DataView): { x: number; y: number } {
  const [x, y, z] = [fixed(tag, 8), fixed(tag, 12), fixed(tag, 16)];
  return { x: x / (x + y + z), y: y / (x + y + z) };
}

function readTags(view: DataView): Map<string, DataView> {
  const tags = new Map<string, DataView>();
  for (let i = 0, p = 132; i < Math.min(view.getUint32(128), 100); i++, p += 12) {
    const [at, length] = [view.getUint32(p + 4), view.getUint32(p + 8)];
    if (at + length > view.byteLength) throw new RangeError('a tag lies beyond the end of the profile');
    tags.set(text(view, p), new DataView(view.buffer, view.byteOffset + at, length));
  }
  return tags;
}

function text(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

/** s15Fixed16Number */
function fixed(view: DataView, at: number): number {
  return view.getInt32(at) / 65536;
}

/**
 * Reads directories of a TIFF structure: TIFF files, camera raw files, and EXIF blocks are all made of them.
 * Source: TIFF 6.0, section 2. Nothing here throws on damaged bytes: what cannot be read is absent.
 */

/** A TIFF structure; offsets count from the start of `view`. */
export interface TiffStructure {
  readonly view: DataView;
  readonly little: boolean;
  /** Offset of the first directory. */
  readonly first: number;
}

export interface TiffEntry {
  readonly type: number;
  readonly count: number;
  /** Where its values start. They may lie beyond the end of the bytes. */
  readonly at: number;
}

/** Bytes of one value, by type number: BYTE ASCII SHORT LONG RATIONAL SBYTE UNDEFINED SSHORT SLONG SRATIONAL FLOAT DOUBLE IFD. */
const sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];

/** The structure that starts at the first byte, or null where none does (BigTIFF counts as none). */
export function readTiff(bytes: Uint8Array): TiffStructure | null {
  if (bytes.length < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const order = view.getUint16(0);
  const little = order === 0x4949;
  if ((!little && order !== 0x4d4d) || view.getUint16(2, little) !== 42) return null;
  return { view, little, first: view.getUint32(4, little) };
}

/** Entries by tag, or null where the directory is not wholly within the bytes. */
export function readDirectory({ view, little }: TiffStructure, at: number): Map<number, TiffEntry> | null {
  if (at + 2 > view.byteLength) return null;
  const count = view.getUint16(at, little);
  if (at + 2 + count * 12 > view.byteLength) return null;
  const entries = new Map<number, TiffEntry>();
  for (let i = 0, p = at + 2; i < count; i++, p += 12) {
    const type = view.getUint16(p + 2, little);
    const values = view.getUint32(p + 4, little);
    const inline = (sizes[type] ?? 1) * values <= 4;
    entries.set(view.getUint16(p, little), { type, count: values, at: inline ? p + 8 : view.getUint32(p + 8, little) });
  }
  return entries;
}

/** Value `index` of a BYTE, SHORT, LONG or IFD entry, or null. */
export function readNumber({ view, little }: TiffStructure, entry: TiffEntry | undefined, index = 0): number | null {
  if (!entry || index >= entry.count) return null;
  const size = sizes[entry.type] ?? 0;
  const at = entry.at + index * size;
  if (at + size > view.byteLength) return null;
  if (size === 1) return view.getUint8(at);
  if (size === 2) return view.getUint16(at, little);
  return size === 4 ? view.getUint32(at, little) : null;
}

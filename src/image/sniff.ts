/** What a file is, by its first bytes. Nothing here decodes, and no file name is asked. */
import { PixkinError } from '../errors.ts';
import type { ImageKind } from '../types.ts';
import { readDirectory, readNumber, readTiff } from './tiff-directory.ts';

/** Each with where its bytes start and what they are, as Latin-1 text; `*` stands for any byte. */
const taken: readonly [ImageKind, string][] = [
  ['jpeg', '\xff\xd8\xff'],
  ['png', '\x89PNG\r\n\x1a\n'],
  ['gif', 'GIF87a'],
  ['gif', 'GIF89a'],
  ['webp', 'RIFF****WEBP'],
];

/** Known, but not taken: named, so that a message can say what it was. */
const refused: readonly [string, string][] = [
  ['PDF', '%PDF-'],
  ['PostScript', '%!PS'],
  ['JPEG XL', '\xff\x0a'],
  ['JPEG XL', '\0\0\0\x0cJXL \r\n\x87\n'],
  ['JPEG 2000', '\0\0\0\x0cjP  \r\n\x87\n'],
  ['JPEG 2000', '\xff\x4f\xff\x51'],
  ['Photoshop', '8BPS'],
  ['GIMP', 'gimp xcf'],
  ['icon', '\0\0\x01\0'],
  ['cursor', '\0\0\x02\0'],
  ['OpenEXR', '\x76\x2f\x31\x01'],
  ['Radiance HDR', '#?RADIANCE'],
  ['DirectDraw surface', 'DDS '],
  ['QOI', 'qoif'],
  ['BigTIFF', 'II\x2b\0'],
  ['BigTIFF', 'MM\0\x2b'],
  ['camera raw (Canon CR2)', 'II*\0****CR'],
  ['camera raw (Fujifilm RAF)', 'FUJIFILMCCD-RAW'],
  ['camera raw (Olympus ORF)', 'IIRO'],
  ['camera raw (Olympus ORF)', 'IIRS'],
  ['camera raw (Olympus ORF)', 'MMOR'],
  ['camera raw (Panasonic RW2)', 'IIU\0'],
  ['AVI video', 'RIFF****AVI '],
  ['Matroska or WebM video', '\x1a\x45\xdf\xa3'],
];

/** Brands of the ISO base media format (`ftyp` box); the order decides where a file carries several. */
const brands: readonly [ImageKind | { unsupported: string }, readonly string[]][] = [
  ['avif', ['avif', 'avis']],
  ['heic', ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'msf1']],
  [{ unsupported: 'camera raw (Canon CR3)' }, ['crx ']],
];

/**
 * The kind of a picture by its first bytes; `{ unsupported }` names a known format that is not taken; null where nothing is known.
 * Camera raw files that are TIFF inside (DNG, NEF, ARW) need their first directory to be within `bytes`: pass the whole file.
 */
export function sniff(bytes: Uint8Array): ImageKind | { unsupported: string } | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1024)).toString('latin1');
  for (const [kind, start] of taken) if (startsWith(head, start)) return kind;
  for (const [unsupported, start] of refused) if (startsWith(head, start)) return { unsupported };
  if (head.slice(4, 8) === 'ftyp') return sniffBrand(head);
  if (head.startsWith('II*\0') || head.startsWith('MM\0*')) return sniffTiff(bytes);
  // `BM` alone begins many a text: the size of the header that follows is one of a few.
  if (startsWith(head, 'BM************') && [12, 40, 52, 56, 64, 108, 124].includes(head.charCodeAt(14))) return 'bmp';
  if (/^(\xef\xbb\xbf)?\s*(<\?xml|<!--|<!DOCTYPE svg|<svg)/i.test(head) && /<svg[\s>]/i.test(head)) {
    return { unsupported: 'SVG' };
  }
  if (/^P[1-7]\s[\s\d#]/.test(head)) return { unsupported: 'PNM' };
  return null;
}

/** The kind of a picture that is taken. Throws `zero_bytes`, `not_an_image` or `unsupported_format`. */
export function requireKind(bytes: Uint8Array): ImageKind {
  if (bytes.length === 0) throw new PixkinError('zero_bytes', 'the file is empty (0 bytes)');
  const kind = sniff(bytes);
  if (kind === null) {
    const first = Buffer.from(bytes.subarray(0, 8)).toString('hex');
    throw new PixkinError('not_an_image', `no picture format that is known begins with the bytes ${first}`);
  }
  if (typeof kind === 'string') return kind;
  throw new PixkinError('unsupported_format', `${kind.unsupported} is not taken; export it as JPEG, PNG or WebP`);
}

function startsWith(head: string, start: string): boolean {
  if (head.length < start.length) return false;
  for (let i = 0; i < start.length; i++) if (start[i] !== '*' && start[i] !== head[i]) return false;
  return true;
}

function sniffBrand(head: string): ImageKind | { unsupported: string } {
  const end = Math.min(Buffer.from(head.slice(0, 4), 'latin1').readUInt32BE(), head.length);
  // The major brand, then the compatible ones, which begin after a version number.
  const found = new Set([head.slice(8, 12)]);
  for (let p = 16; p + 4 <= end; p += 4) found.add(head.slice(p, p + 4));
  for (const [kind, names] of brands) if (names.some((name) => found.has(name))) return kind;
  return { unsupported: 'MP4 or QuickTime video' };
}

function sniffTiff(bytes: Uint8Array): ImageKind | { unsupported: string } {
  const tiff = readTiff(bytes);
  const main = tiff && readDirectory(tiff, tiff.first);
  if (!main) return 'tiff';
  if (main.has(0xc612)) return { unsupported: 'camera raw (DNG)' };
  // A reduced picture first and the real one in a sub-directory: so do NEF, ARW and their like, and no common TIFF writer.
  const reduced = (readNumber(tiff, main.get(0xfe)) ?? 0) & 1;
  return reduced && main.has(0x14a) ? { unsupported: 'camera raw' } : 'tiff';
}

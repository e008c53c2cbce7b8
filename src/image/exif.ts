/** When a picture was taken, and which way is up. Source: EXIF 2.3. */
import { readDirectory, readNumber, readTiff } from './tiff-directory.ts';

/**
 * EXIF DateTimeOriginal as local ISO time without a zone (`2024-05-01T13:37:00`), or null where there is none that makes sense.
 * @param exif an EXIF block, with or without the `Exif` header that JPEG puts before it, or a whole TIFF file
 */
export function readTakenAt(exif: Uint8Array): string | null {
  const tiff = readTiff(exif) ?? readTiff(exif.subarray(6));
  const main = tiff && readDirectory(tiff, tiff.first);
  // Tags: the Exif directory, and DateTimeOriginal in it.
  const at = main && readNumber(tiff, main.get(0x8769));
  const entry = at ? readDirectory(tiff, at)?.get(0x9003) : undefined;
  if (!tiff || !entry || entry.at + 19 > tiff.view.byteLength) return null;
  const text = String.fromCharCode(...new Uint8Array(tiff.view.buffer, tiff.view.byteOffset + entry.at, 19));
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/.exec(text);
  if (!parts) return null;
  const iso = `${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}`;
  // Cameras without a clock write zeros; a date that does not exist would not sort.
  const time = new Date(`${iso}Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(iso) ? iso : null;
}

/**
 * EXIF Orientation, 1 (upright) to 8; 1 where there is none, null where the block cannot be read.
 * @param exif an EXIF block without the `Exif` header that JPEG puts before it
 */
export function readOrientation(exif: Uint8Array): number | null {
  const tiff = readTiff(exif);
  const main = tiff && readDirectory(tiff, tiff.first);
  if (!main) return null;
  const entry = main.get(0x112);
  return entry ? readNumber(tiff, entry) : 1;
}

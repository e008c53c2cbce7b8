/** Any picture's bytes to upright sRGB pixels, or to a thumbnail: by kind, within limits, with a reason for every failure. */
import { PixkinError } from '../errors.ts';
import type { Crop, ImageKind, Pixels } from '../types.ts';
import { decodeBmp, readBmpSize } from './bmp.ts';
import { isSilentlyCutOff } from './completeness.ts';
import { readTakenAt } from './exif.ts';
import { checkSize, toFailure, truncated } from './failure.ts';
import { decodeHeic } from './heic.ts';
import { toTiff } from './raster.ts';
import { cropPixels } from './resize.ts';
import { type Header, readHeader, readPixels, writeThumbnail } from './sharp.ts';
import { requireKind } from './sniff.ts';
import { decodePlainJpeg } from './turbo.ts';

export interface PictureLimits {
  /** Most pixels that a picture may have, by its header. Default 100,000,000. */
  readonly pixels?: number;
  /** Decoding is cut off after about this many seconds (whole ones, 1 to 3600). Default 30. HEIC and BMP cannot be cut off. */
  readonly seconds?: number;
}

export interface Picture {
  readonly kind: ImageKind;
  /** Size of the whole upright picture, not reduced. */
  readonly width: number;
  readonly height: number;
  /** EXIF DateTimeOriginal as local ISO time without a zone, or null. */
  readonly takenAt: string | null;
  /** The whole picture, possibly reduced. Only until the next one is decoded: many lie in one place, one after the other. */
  readonly whole: Pixels;
  /** The part that `crop` names; `whole` itself without one. */
  readonly pixels: Pixels;
}

/** Most pixels of a picture, unless a caller says otherwise. */
const usualPixels = 100e6;

/** What any decoder can read now, and what is known of it. */
interface Opened {
  readonly kind: ImageKind;
  /** The file, or a TIFF that was made of it. */
  readonly bytes: Uint8Array;
  readonly header: Header;
  readonly seconds: number;
}

/**
 * Decodes a picture (the first, of several) to upright sRGB; alpha lies over white.
 * @param o.least pixels that each side of what is wanted (`crop`, else all) keeps at least, where the original has them: a larger
 * picture is reduced to 1/2, 1/4 or 1/8, which JPEG decoders do for less than nothing. Absent: not reduced.
 * Throws `zero_bytes`, `not_an_image`, `unsupported_format`, `truncated`, `corrupt`, `too_large` or `timed_out`.
 */
export async function decodePicture(
  bytes: Uint8Array,
  o: { least?: number; crop?: Crop; limits?: PictureLimits } = {},
): Promise<Picture> {
  const plain = await decodePlainJpeg(bytes, (size) => {
    const fits = size.width * size.height <= (o.limits?.pixels ?? usualPixels);
    return fits && !isSilentlyCutOff('jpeg', bytes) && reductionOf(size, o) === 1;
  });
  if (plain) {
    const { pixels, ...facts } = plain;
    return picture({ ...facts, kind: 'jpeg', whole: pixels }, o.crop);
  }
  const opened = await open(bytes, o.limits);
  const { kind, header, seconds } = opened;
  const by = reductionOf(header, o);
  const size = { width: Math.floor(header.width / by), height: Math.floor(header.height / by) };
  const whole = await attempt(kind, bytes, () => readPixels(opened.bytes, header, { ...size, seconds }));
  const { width, height, exif } = header;
  return picture({ kind, width, height, exif: kind === 'tiff' ? bytes : exif, whole }, o.crop);
}

function picture(
  { exif, ...read }: Omit<Picture, 'takenAt' | 'pixels'> & { readonly exif: Uint8Array | undefined },
  crop: Crop | undefined,
): Picture {
  const pixels = crop ? cropPixels(read.whole, crop) : read.whole;
  return { ...read, takenAt: exif ? readTakenAt(exif) : null, pixels };
}

/**
 * A JPEG (sRGB, upright, alpha over white) whose longer side is at most `edge` pixels; never enlarged.
 * Throws what `decodePicture` throws.
 */
export async function makeThumbnail(bytes: Uint8Array, edge: number, limits?: PictureLimits): Promise<Uint8Array> {
  if (!Number.isInteger(edge) || edge < 1) {
    throw new PixkinError('invalid_request', `edge must be a whole number of pixels, at least 1; got ${edge}`);
  }
  const { kind, bytes: readable, header, seconds } = await open(bytes, limits);
  return attempt(kind, bytes, () => writeThumbnail(readable, header, { edge, seconds }));
}

async function open(bytes: Uint8Array, limits: PictureLimits = {}): Promise<Opened> {
  const { pixels = usualPixels, seconds = 30 } = limits;
  const kind = requireKind(bytes);
  if (isSilentlyCutOff(kind, bytes)) throw truncated(kind);
  return attempt(kind, bytes, async () => {
    const whole = { kind, seconds: Math.min(3600, Math.max(1, Math.ceil(seconds))) };
    if (kind === 'bmp') {
      const size = readBmpSize(bytes);
      if (!size) throw truncated(kind);
      checkSize(size.width, size.height, pixels);
      const tiff = toTiff(decodeBmp(bytes));
      return { ...whole, bytes: tiff, header: await readHeader(tiff) };
    }
    const header = await readHeader(bytes);
    checkSize(header.width, header.height, pixels);
    if (kind !== 'heic') return { ...whole, bytes, header };
    // sharp reads HEIC's header, not its pixels.
    const tiff = toTiff(await decodeHeic(bytes), header.icc);
    return { ...whole, bytes: tiff, header: { ...header, ...(await readHeader(tiff)), exif: header.exif } };
  });
}

/** 1, 2, 4 or 8. */
function reductionOf(
  size: { readonly width: number; readonly height: number },
  { least, crop = { x: 0, y: 0, w: 1, h: 1 } }: { least?: number; crop?: Crop },
): number {
  if (least === undefined) return 1;
  const side = Math.min(size.width * crop.w, size.height * crop.h);
  return [8, 4, 2].find((by) => Math.floor(side / by) >= least) ?? 1;
}

async function attempt<T>(kind: ImageKind, bytes: Uint8Array, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toFailure(kind, bytes, error);
  }
}

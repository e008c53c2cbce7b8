/** The one file that owns sharp: what it may read, and how anything becomes upright sRGB. */
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import type { Pixels } from '../types.ts';
import { readOrientation } from './exif.ts';
import { needsTransform } from './icc.ts';
import { readJpegHeader } from './jpeg-header.ts';

// A worker process has one thread, and no picture is read twice.
sharp.concurrency(1);
sharp.cache(false);
// libvips looks at the bytes itself and would read SVG, PDF and whatever ImageMagick knows: only these may be loaded.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((name) => `VipsForeignLoad${name}`),
});

/** What the header of a picture tells. `width` and `height` are those of the upright picture. */
export interface Header {
  readonly width: number;
  readonly height: number;
  readonly alpha: boolean;
  readonly icc: Uint8Array | undefined;
  /** Its colours must be transformed to be sRGB: a wide gamut, CMYK. */
  readonly foreign: boolean;
  readonly exif: Uint8Array | undefined;
}

/** Reads the header only. Rejects with sharp's own error. */
export async function readHeader(bytes: Uint8Array): Promise<Header> {
  return plainJpegHeader(bytes) ?? readAnyHeader(bytes);
}

/** That of the most frequent kind of file, which needs no pipeline of its own; null for any other, and for a damaged one. */
function plainJpegHeader(bytes: Uint8Array): Header | null {
  const jpeg = readJpegHeader(bytes);
  if (!jpeg || jpeg.width === 0 || jpeg.height === 0 || (jpeg.components !== 1 && jpeg.components !== 3)) return null;
  const { width, height, icc, exif } = jpeg;
  if (exif && readOrientation(exif) !== 1) return null;
  return { width, height, alpha: false, icc, foreign: icc !== undefined && needsTransform(icc), exif };
}

async function readAnyHeader(bytes: Uint8Array): Promise<Header> {
  // Without a limit here: the caller judges the size, and can then say it.
  const meta = await sharp(bytes, { limitInputPixels: false }).metadata();
  return {
    width: meta.autoOrient.width,
    height: meta.autoOrient.height,
    alpha: meta.hasAlpha,
    icc: meta.icc,
    foreign: meta.space === 'cmyk' || (meta.icc !== undefined && needsTransform(meta.icc)),
    exif: meta.exif,
  };
}

/** Upright sRGB pixels of exactly `width` x `height`, at most the picture's own. Rejects with sharp's own error. */
export async function readPixels(
  bytes: Uint8Array,
  header: Header,
  o: { width: number; height: number; seconds: number },
): Promise<Pixels> {
  let pipeline = upright(bytes, header, o.seconds, header.foreign);
  // JPEG and WebP come out of their decoder reduced by then; the rest is decoded and averaged in strips, never held whole.
  if (o.width !== header.width || o.height !== header.height) {
    pipeline = pipeline.resize(o.width, o.height, { fit: 'fill', kernel: 'linear' });
  }
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`sRGB has 3 channels; decoding gave ${info.channels}`);
  return {
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    width: info.width,
    height: info.height,
  };
}

/** A JPEG of the upright picture in sRGB whose longer side is at most `edge`; never enlarged. Rejects with sharp's own error. */
export async function writeThumbnail(
  bytes: Uint8Array,
  header: Header,
  o: { edge: number; seconds: number },
): Promise<Uint8Array> {
  // For people: every profile is applied.
  return upright(bytes, header, o.seconds, true)
    .resize(o.edge, o.edge, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 80 })
    .toBuffer();
}

/** A PNG of those pixels, as they are. Rejects with sharp's own error. */
export async function writePng({ data, width, height }: Pixels): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

function upright(bytes: Uint8Array, header: Header, seconds: number, transform: boolean): Sharp {
  const options: SharpOptions = {
    failOn: 'truncated',
    limitInputPixels: header.width * header.height,
    sequentialRead: true,
    ignoreIcc: !transform,
  };
  const pipeline = sharp(bytes, options).timeout({ seconds }).autoOrient();
  return header.alpha ? pipeline.flatten({ background: '#ffffff' }) : pipeline;
}

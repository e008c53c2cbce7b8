/**
 * libjpeg-turbo as WebAssembly, for the most frequent kind of file: an upright colour JPEG without a foreign profile that need not be
 * reduced. Its pixels are the ones that sharp gives, to the bit, for two thirds of the time: nothing changes threads. It is strict: where it
 * has the least doubt sharp is asked, which then says what is wrong.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Pixels } from '../types.ts';
import { readOrientation } from './exif.ts';
import { needsTransform } from './icc.ts';
import { type JpegHeader, readJpegHeader } from './jpeg-header.ts';

/** The part of the package that is used here; it has no types. Buffers lie in the module's memory. */
interface Decoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getFrameInfo(): { readonly width: number; readonly height: number; readonly componentCount: number };
  getDecodedBuffer(): Uint8ClampedArray;
}
type Factory = (o: { wasmBinary: Uint8Array }) => Promise<{ readonly JPEGDecoder: new () => Decoder }>;

export interface PlainJpeg extends Pick<JpegHeader, 'width' | 'height' | 'exif'> {
  /** In the module's own memory: the next picture is decoded to the same place. */
  readonly pixels: Pixels;
}

const name = '@cornerstonejs/codec-libjpeg-turbo-8bit';
/** Larger pictures are rare here, and the module's memory never shrinks. */
const mostPixels = 4e6;

let decoder: Promise<Decoder> | null = null;

/**
 * Null where the file is no plain JPEG, or has the least defect.
 * @param isWanted judges the size before anything is decoded
 */
export async function decodePlainJpeg(
  bytes: Uint8Array,
  isWanted: (size: { width: number; height: number }) => boolean,
): Promise<PlainJpeg | null> {
  const header = readJpegHeader(bytes);
  if (!header || !isPlain(header) || !isWanted(header)) return null;
  const { width, height, exif } = header;
  decoder ??= load();
  const turbo = await decoder;
  try {
    turbo.getEncodedBuffer(bytes.length).set(bytes);
    turbo.decode();
    const frame = turbo.getFrameInfo();
    const { buffer, byteOffset, length } = turbo.getDecodedBuffer();
    const data = new Uint8Array(buffer, byteOffset, length);
    if (frame.width !== width || frame.height !== height || data.length !== width * height * 3) return null;
    return { width, height, exif, pixels: { data, width, height } };
  } catch {
    // What it threw is an address in its memory, which it does not give back: a new one begins clean.
    decoder = null;
    return null;
  }
}

function isPlain({ width, height, components, exif, icc }: JpegHeader): boolean {
  if (components !== 3 || width * height === 0 || width * height > mostPixels) return false;
  return (exif === undefined || readOrientation(exif) === 1) && (icc === undefined || !needsTransform(icc));
}

async function load(): Promise<Decoder> {
  const require = createRequire(import.meta.url);
  const factory = require(`${name}/decodewasmjs`) as Factory;
  const { JPEGDecoder } = await factory({ wasmBinary: await readFile(require.resolve(`${name}/decodewasm`)) });
  return new JPEGDecoder();
}

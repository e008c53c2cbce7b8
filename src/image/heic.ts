/**
 * HEIC through libheif compiled to WebAssembly: LGPL, so the package is optional and only loaded when the first HEIC comes.
 * libheif's own functions are called, not the package's wrapper: that one throws out of a timer, which ends the process, where a
 * damaged file's pictures are not as large as its header says, and it writes to the console.
 */
import { createRequire } from 'node:module';
import { PixkinError } from '../errors.ts';
import type { Raster } from './raster.ts';

/** Not a literal type: the compiler must not resolve what need not be there. */
const name: string = 'libheif-js/wasm-bundle.js';

/** Addresses of objects in the module's memory. */
type Handle = object;
interface Failure {
  readonly code: unknown;
  readonly message: string;
}
interface Channel {
  readonly id: unknown;
  readonly width: number;
  readonly height: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  readonly data: Uint8Array;
}

/** The part of libheif that is used here. */
interface Libheif {
  readonly ready?: Promise<unknown>;
  readonly heif_error_code: { readonly heif_error_Ok: unknown };
  readonly heif_colorspace: { readonly heif_colorspace_RGB: unknown };
  readonly heif_chroma: { readonly heif_chroma_interleaved_RGBA: unknown };
  readonly heif_channel: { readonly heif_channel_interleaved: unknown };
  heif_context_alloc(): Handle | null;
  heif_context_free(context: Handle): void;
  heif_context_read_from_memory(context: Handle, bytes: Uint8Array): Failure;
  heif_js_context_get_primary_image_handle(context: Handle): Handle | Failure;
  heif_image_handle_release(handle: Handle): void;
  heif_js_decode_image2(
    handle: Handle,
    colorspace: unknown,
    chroma: unknown,
  ): { readonly image: Handle; readonly channels: readonly Channel[] } | Failure;
  heif_image_release(image: Handle): void;
}

/**
 * The primary picture of the file, upright: libheif applies the file's own rotation and mirroring.
 * Its size must have been checked before. Throws `unsupported_format` where the package is missing, else an Error with libheif's words.
 */
export async function decodeHeic(bytes: Uint8Array): Promise<Raster> {
  const heif = await load();
  const context = heif.heif_context_alloc();
  if (!context) throw new Error('libheif is out of memory');
  try {
    const read = heif.heif_context_read_from_memory(context, bytes);
    if (read.code !== heif.heif_error_code.heif_error_Ok) throw new Error(read.message);
    const handle = check(heif.heif_js_context_get_primary_image_handle(context));
    try {
      return decodeHandle(heif, handle);
    } finally {
      heif.heif_image_handle_release(handle);
    }
  } finally {
    heif.heif_context_free(context);
  }
}

function decodeHandle(heif: Libheif, handle: Handle): Raster {
  const { heif_colorspace_RGB: rgb } = heif.heif_colorspace;
  const { heif_chroma_interleaved_RGBA: rgba } = heif.heif_chroma;
  const { image, channels } = check(heif.heif_js_decode_image2(handle, rgb, rgba));
  try {
    const channel = channels.find(({ id }) => id === heif.heif_channel.heif_channel_interleaved);
    if (!channel) throw new Error('libheif gave no RGB');
    const { width, height, stride } = channel;
    // A copy: what libheif gave lies in its own memory.
    const data = new Uint8Array(width * height * 4);
    for (let y = 0; y < height; y++) {
      data.set(channel.data.subarray(y * stride, y * stride + width * 4), y * width * 4);
    }
    return { data, width, height };
  } finally {
    heif.heif_image_release(image);
  }
}

/** What libheif gave, unless that is an error. */
function check<T extends object>(given: T | Failure): T {
  if (given && !('code' in given && given.code)) return given as T;
  throw new Error((given as Failure | null)?.message ?? 'libheif gave nothing');
}

/** Whether HEIC can be decoded here. Loads nothing. */
export function hasHeic(): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

async function load(): Promise<Libheif> {
  try {
    const { default: heif }: { default: Libheif } = await import(name);
    await heif.ready;
    return heif;
  } catch (cause) {
    throw new PixkinError('unsupported_format', 'HEIC needs the optional package libheif-js, which is not installed', {
      hint: 'npm install libheif-js',
      cause,
    });
  }
}

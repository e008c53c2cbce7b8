import { isFailureReason, PixkinError, toPixkinError } from '../errors.ts';
import type { ImageSource, Pixels, ResizeSpec } from '../types.ts';
import type { TunePicture } from './task.ts';

/** Most pixels of a picture, and most seconds for decoding it, as everywhere. */
export interface DecodeLimits {
  readonly pixels: number;
  readonly seconds: number;
}

/** What reads pictures everywhere. */
export interface ImageTools {
  readonly readSource: (source: ImageSource) => Uint8Array;
  readonly sha256: (bytes: Uint8Array) => string;
  readonly decodePicture: (
    bytes: Uint8Array,
    o: { least?: number; limits?: Partial<DecodeLimits> },
  ) => Promise<{ readonly pixels: Pixels }>;
  readonly resizePixels: (pixels: Pixels, spec: ResizeSpec) => Pixels;
}

/**
 * A picture as the network takes it, by the same steps as when it was indexed.
 * @throws PixkinError with the reason code of a picture that cannot be read; `unreadable` where no path has these bytes any more
 */
export async function decodeFor(
  tools: ImageTools,
  { content, paths }: TunePicture,
  spec: ResizeSpec,
  limits: Partial<DecodeLimits>,
): Promise<Pixels> {
  // As in workers/worker.ts: with more reduction vectors would move.
  const least = spec.kernel === 'nearest' ? undefined : (2 * Math.max(spec.width, spec.height)) / (spec.fraction ?? 1);
  const bytes = readContent(tools, content, paths);
  const { pixels } = await tools.decodePicture(bytes, { ...(least !== undefined && { least }), limits });
  return tools.resizePixels(pixels, spec);
}

function readContent({ readSource, sha256 }: ImageTools, content: string, paths: readonly string[]): Uint8Array {
  let failure = new PixkinError('unreadable', 'its file is gone');
  for (const path of paths) {
    try {
      const bytes = readSource({ path });
      if (sha256(bytes) === content) return bytes;
      failure = new PixkinError('unreadable', 'its file has other bytes now');
    } catch (error) {
      failure = toPixkinError(error);
    }
  }
  throw failure;
}

/** Whether an error is a picture's fault, and not that of the machine. */
export function isPictures(error: unknown): error is PixkinError {
  return error instanceof PixkinError && isFailureReason(error.code);
}

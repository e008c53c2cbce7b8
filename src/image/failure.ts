/** From what a decoder threw to the reason that a picture goes to quarantine with. */
import { PixkinError } from '../errors.ts';
import type { ImageKind } from '../types.ts';
import { isCutOff } from './completeness.ts';

/** Shown to people: the formats as they are written. */
const names: Record<ImageKind, string> = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  gif: 'GIF',
  tiff: 'TIFF',
  avif: 'AVIF',
  heic: 'HEIC',
  bmp: 'BMP',
};

/** `truncated`, `corrupt`, `unsupported_format` or `timed_out`: by the decoder's words, then by what is missing of the file. */
export function toFailure(kind: ImageKind, bytes: Uint8Array, error: unknown): PixkinError {
  if (error instanceof PixkinError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const name = names[kind];
  if (/^timeout:/.test(text))
    return new PixkinError('timed_out', `decoding this ${name} took too long`, { cause: error });
  if (isCutOff(kind, bytes) || /premature end|unexpected end|end of file|out of range/i.test(text)) {
    return truncated(kind, error);
  }
  if (/compression format|unsupported (codec|feature|color|bmp)|not configured|compression scheme/i.test(text)) {
    return new PixkinError('unsupported_format', `this ${name} is of a variety that is not taken: ${brief(text)}`, {
      hint: 'export it as JPEG, PNG or WebP',
      cause: error,
    });
  }
  return new PixkinError('corrupt', `this ${name} is damaged: ${brief(text)}`, { cause: error });
}

export function truncated(kind: ImageKind, cause?: unknown): PixkinError {
  return new PixkinError('truncated', `this ${names[kind]} ends before its picture does`, { cause });
}

/** `too_large`, unless the picture has at most `limit` pixels. */
export function checkSize(width: number, height: number, limit: number): void {
  if (width * height <= limit) return;
  const count = (n: number) => n.toLocaleString('en-US');
  throw new PixkinError(
    'too_large',
    `a picture may have at most ${count(limit)} pixels; this one has ${count(width * height)} (${width} x ${height})`,
  );
}

/** The last thing that the decoder said, without its progress through the file and its numbers for errors. */
function brief(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/\s*\(\d+\.\d+\)\s*$|:\s*$/g, '').trim());
  const last = lines.findLast((line) => line !== '' && !line.startsWith('source:')) ?? 'no reason given';
  return last.length > 160 ? `${last.slice(0, 157)}...` : last;
}

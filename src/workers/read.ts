import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { PixkinError } from '../errors.ts';
import type { ImageSource, Sha256 } from '../types.ts';

/** More than any camera writes; a file is read whole. */
const maxBytes = 512 * 1024 * 1024;

/**
 * All bytes of a picture, from its file or as they came. Synchronous: a worker has one picture at a time, and the way
 * through libuv's threads costs two to four times the reading of a small file.
 * @throws PixkinError `unreadable` or `too_large`
 */
export function readSource(source: ImageSource): Uint8Array {
  return 'bytes' in source ? source.bytes : readRegularFile(source.path);
}

/** 64 lower-case hexadecimal digits. */
export function sha256(bytes: Uint8Array): Sha256 {
  return createHash('sha256').update(bytes).digest('hex');
}

function readRegularFile(path: string): Uint8Array {
  try {
    // Asked first: a named pipe or a device would never end.
    const facts = statSync(path);
    if (!facts.isFile()) throw new PixkinError('unreadable', 'a picture must be a regular file; this is none');
    if (facts.size > maxBytes) {
      throw new PixkinError('too_large', `a picture may have ${maxBytes} bytes; this one has ${facts.size}`);
    }
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof PixkinError) throw cause;
    // The system's own message has the path in it, which does not leave the server.
    const { code } = cause as NodeJS.ErrnoException;
    throw new PixkinError('unreadable', `the file cannot be read (${code ?? 'unknown error'})`, { cause });
  }
}

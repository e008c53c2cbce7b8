/**
 * Bytes that can be read anywhere, but are never all in memory: a file, or a part of one.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { PixkinError } from '../../errors.ts';
import { invalidFile } from './invalid.ts';

export interface Bytes {
  readonly size: number;
  /** Fills `into` with what lies from `position` on; all of it must be there. */
  read(into: Uint8Array, position: number): void;
}

export interface OpenFile extends Bytes {
  readonly fd: number;
  /** Base name: what errors call the file. */
  readonly label: string;
  close(): void;
}

/**
 * @throws PixkinError `backbone_not_found` where there is no such file, or where it cannot be opened
 */
export function openFile(path: string): OpenFile {
  const label = basename(path);
  const fd = open(path, label);
  const { size } = fstatSync(fd);
  let isOpen = true;
  return {
    fd,
    label,
    size,
    read(into, position) {
      // The number may be another file's by then.
      if (!isOpen) throw new Error(`${label} was closed`);
      fill(fd, into, position, label);
    },
    close() {
      if (isOpen) closeSync(fd);
      isOpen = false;
    },
  };
}

/** `size` bytes of `bytes` from `start` on, which is their 0. */
export function partOf(bytes: Bytes, start: number, size: number): Bytes {
  return { size, read: (into, position) => bytes.read(into, start + position) };
}

function open(path: string, label: string): number {
  try {
    const fd = openSync(path, 'r');
    if (fstatSync(fd).isFile()) return fd;
    closeSync(fd);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new PixkinError('backbone_not_found', `${label}: expected a file of weights; got ${code}`, { cause });
  }
  throw new PixkinError('backbone_not_found', `${label}: expected a file of weights; got something that is no file`);
}

function fill(fd: number, into: Uint8Array, position: number, label: string): void {
  for (let done = 0; done < into.length; ) {
    const got = readSync(fd, into, done, Math.min(into.length - done, 2 ** 30), position + done);
    if (got === 0)
      throw invalidFile(label, `expected bytes up to ${position + into.length}; it ends at ${position + done}`);
    done += got;
  }
}

/**
 * Room on a disk: looked at before something large is written, and said in one way when it is not there.
 */
import { statfs } from 'node:fs/promises';
import { PixkinError } from '../errors.ts';

/** Bytes that this user may still write to the disk of a folder. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** @throws PixkinError `data_unwritable` where fewer bytes are free than are needed */
export async function requireRoom(folder: string, needed: number, free = freeBytes): Promise<void> {
  const there = await free(folder);
  if (there >= needed) return;
  throw noRoom(folder, `${megabytes(needed)} must be free; got ${megabytes(there)}`);
}

/** For what a full disk throws too: `ENOSPC`. */
export function noRoom(folder: string, why: string, cause?: unknown): PixkinError {
  return new PixkinError('data_unwritable', `there is no space left in ${folder}: ${why}`, {
    hint: 'free some, or choose another disk with --data',
    cause,
  });
}

/** Ours and Node's own errors alike. */
export const isDiskFull = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOSPC';

/** `58889256` → `58.9 MB` */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

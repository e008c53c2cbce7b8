/**
 * The file in which an unfinished training is kept. It is written beside and renamed, so that it is whole whenever its process dies.
 */
import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { PixkinError } from '../errors.ts';
import type { Saved } from './phases.ts';

const version = 1;
const hashBytes = 32;

/** Unless it is the same the numbers would not be those of an uninterrupted run. */
export interface CheckpointKey {
  /** Fingerprint of the training data. */
  readonly data: string;
  /** All of them, decided, as text. */
  readonly options: string;
  readonly runtime: string;
}

/** Null where there is no file, where it is damaged, and where it is of another training. */
export async function loadCheckpoint(path: string, key: CheckpointKey): Promise<Saved | null> {
  const bytes = await readFile(path).catch(() => null);
  if (!bytes || bytes.length < hashBytes) return null;
  const content = bytes.subarray(hashBytes);
  // Looked at first: what is not as it was written may be anything to `deserialize`.
  if (!digest(content).equals(bytes.subarray(0, hashBytes))) return null;
  const found = deserialize(content) as { version: number; key: CheckpointKey; saved: Saved };
  return found.version === version && sameKey(found.key, key) ? found.saved : null;
}

/** @throws PixkinError `data_unwritable` */
export async function saveCheckpoint(path: string, key: CheckpointKey, saved: Saved): Promise<void> {
  try {
    await write(path, serialize({ version, key, saved }));
  } catch (cause) {
    const message = `the checkpoint of a training must be writable; got ${(cause as NodeJS.ErrnoException).code}`;
    throw new PixkinError('data_unwritable', message, { cause });
  }
}

async function write(path: string, content: Buffer): Promise<void> {
  const file = await open(unfinished(path), 'w', 0o600);
  try {
    await file.writeFile(digest(content));
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished(path), path);
}

/** Where it is written before it is whole. */
export function unfinished(path: string): string {
  return `${path}.tmp`;
}

function sameKey(a: CheckpointKey, b: CheckpointKey): boolean {
  return a.data === b.data && a.options === b.options && a.runtime === b.runtime;
}

function digest(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}

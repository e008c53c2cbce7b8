/**
 * Files that are there whole or not at all, whenever their process dies.
 */
import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { PixkinError } from '../errors.ts';
import { isDiskFull, noRoom } from '../model/disk.ts';

const hashBytes = 32;

/** Written beside, synced and renamed. @throws PixkinError `data_unwritable` */
export async function writeWhole(path: string, pieces: readonly (string | Uint8Array)[]): Promise<void> {
  try {
    const file = await open(`${path}.tmp`, 'w', 0o600);
    try {
      for (const piece of pieces) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.tmp`, path);
  } catch (cause) {
    if (isDiskFull(cause)) throw noRoom('the data folder', 'a training run could not be kept', cause);
    const message = `the folder of a training run must be writable; got ${(cause as NodeJS.ErrnoException).code}`;
    throw new PixkinError('data_unwritable', message, { cause });
  }
}

export const writeJson = (path: string, value: unknown): Promise<void> =>
  writeWhole(path, [`${JSON.stringify(value, null, 2)}\n`]);

/** Undefined where there is none, or one that is no JSON. */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => null);
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A value with a checksum before it, typed arrays as such. */
export async function writeValue(path: string, value: unknown): Promise<void> {
  const content = serialize(value);
  await writeWhole(path, [digest(content), content]);
}

/** Undefined where there is none, or where a byte is not as it was written. */
export async function readValue(path: string): Promise<unknown> {
  const bytes = await readFile(path).catch(() => null);
  if (!bytes || bytes.length < hashBytes) return undefined;
  const content = bytes.subarray(hashBytes);
  // Looked at first: what is not as it was written may be anything to `deserialize`.
  return digest(content).equals(bytes.subarray(0, hashBytes)) ? deserialize(content) : undefined;
}

function digest(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}

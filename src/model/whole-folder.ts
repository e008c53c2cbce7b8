/**
 * A folder that somebody asked for: it is there whole or not at all.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PixkinError } from '../errors.ts';
import { isDiskFull, noRoom } from './disk.ts';

/**
 * Writes into a draft beside a folder, which then gets its name.
 * @param to a folder that is missing or empty
 * @param write fills the draft; where it throws, nothing is left behind
 * @throws PixkinError `usage` (the folder is not empty, or no folder), `data_unwritable`, and what `write` throws
 */
export async function writeWholeFolder<T>(to: string, write: (draft: string) => Promise<T>): Promise<T> {
  const entries = await readdir(to).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new PixkinError('usage', `--out must be a folder; ${to}: ${error.code}`, { cause: error });
  });
  if (entries?.length)
    throw new PixkinError('usage', `--out must be a new or an empty folder; ${to} holds ${entries[0]}`);
  const place = dirname(to);
  try {
    await mkdir(place, { recursive: true });
    const draft = join(place, `.${basename(to)}-${randomUUID().slice(0, 8)}`);
    // Not by mkdtemp: others may read what is served, or copied, from here.
    await mkdir(draft);
    try {
      const written = await write(draft);
      if (entries) await rmdir(to);
      await rename(draft, to);
      return written;
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  } catch (error) {
    if (error instanceof PixkinError) throw error;
    if (isDiskFull(error)) throw noRoom(place, 'the network could not be written', error);
    const message = `--out cannot be written: ${(error as Error).message}`;
    throw new PixkinError('data_unwritable', message, { cause: error });
  }
}

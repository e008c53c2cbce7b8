import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { PixkinError } from '../../../src/index.ts';

/**
 * Writes a file, whole or not at all, and the folders that it lies in.
 * @param flag that names it
 * @throws PixkinError `usage` where it cannot be written
 */
export async function writeWhole(flag: string, file: string, content: string | Uint8Array): Promise<void> {
  const place = resolve(file);
  const unfinished = `${place}.${randomUUID()}`;
  try {
    await mkdir(dirname(place), { recursive: true });
    await writeFile(unfinished, content);
    await rename(unfinished, place);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    const { code } = error as NodeJS.ErrnoException;
    throw new PixkinError('usage', `${flag} must name a place that can be written; ${file}: ${code}`, { cause: error });
  }
}

/**
 * Bytes that come as a stream, made readable anywhere by way of a temporary file.
 */
import { createWriteStream, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PixkinError } from '../../errors.ts';
import { type Bytes, openFile } from './bytes.ts';

export interface Spooled {
  readonly bytes: Bytes;
  close(): void;
}

/**
 * @param open gives the stream when it can be read at once: an error of a stream that nobody reads yet would end the process
 * @throws PixkinError `data_unwritable` where there is no room; what the stream throws
 */
export async function spool(open: () => Promise<Readable>): Promise<Spooled> {
  const folder = await mkdtemp(join(tmpdir(), 'pixkin-weights-'));
  const remove = { recursive: true, force: true } as const;
  try {
    const path = join(folder, 'spooled');
    await pipeline(await open(), createWriteStream(path, { flags: 'wx', mode: 0o600 })).catch(explain(folder));
    const file = openFile(path);
    // An open file outlives its name, except on Windows: there it goes when it is closed. Elsewhere a crash leaves nothing.
    await rm(folder, remove).catch(() => {});
    const close = (): void => {
      file.close();
      rmSync(folder, remove);
    };
    return { bytes: file, close };
  } catch (error) {
    await rm(folder, remove);
    throw error;
  }
}

const explain =
  (folder: string) =>
  (cause: NodeJS.ErrnoException): never => {
    if (cause.code !== 'ENOSPC') throw cause;
    throw new PixkinError('data_unwritable', `there is no room left in ${folder} to unpack weights`, {
      hint: 'choose a folder for temporary files with more room (TMPDIR)',
      cause,
    });
  };

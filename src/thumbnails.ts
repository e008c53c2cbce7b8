/**
 * Small JPEGs, made once for each content and size, and kept in the data folder: an offline root still has its pictures' faces.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PixkinError } from './errors.ts';
import type { Sha256 } from './types.ts';

/** The sizes that are made, in pixels of the longer side: few, so that nobody can fill the disk by asking. */
export const THUMBNAIL_EDGES: readonly number[] = [128, 256, 512, 1024];

export interface Thumbnails {
  /** The one that is kept, else the one that `make` makes. Throws `invalid_request` for another size. */
  get(content: Sha256, edge: number, make: () => Promise<Uint8Array>): Promise<Uint8Array>;
  forget(content: Sha256): Promise<void>;
}

/** @param folder where they are kept; null: nowhere */
export function createThumbnails(folder: string | null): Thumbnails {
  const shelf = (content: Sha256): string => join(folder ?? '', content.slice(0, 2));
  const name = (content: Sha256, edge: number): string => `${content}-${edge}.jpg`;
  return {
    async get(content, edge, make) {
      if (!THUMBNAIL_EDGES.includes(edge)) {
        throw new PixkinError('invalid_request', `size must be one of ${THUMBNAIL_EDGES.join(', ')}; got ${edge}`);
      }
      if (folder === null) return make();
      const place = join(shelf(content), name(content, edge));
      const kept = await readFile(place).catch(() => null);
      if (kept) return kept;
      const made = await make();
      // Two requests may make the same one: whoever renames last wins, and both are right. One that cannot be kept is still shown.
      const unfinished = `${place}.${randomUUID()}`;
      await mkdir(shelf(content), { recursive: true })
        .then(() => writeFile(unfinished, made))
        .then(() => rename(unfinished, place))
        .catch(() => rm(unfinished, { force: true }))
        .catch(() => {});
      return made;
    },
    async forget(content) {
      if (folder === null) return;
      await Promise.all(THUMBNAIL_EDGES.map((edge) => rm(join(shelf(content), name(content, edge)), { force: true })));
    },
  };
}

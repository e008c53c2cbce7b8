/**
 * One content through the network of a space that lacks it, from any file that has its bytes.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import type { ImageRow } from '../catalog/tables/images.ts';
import { unit } from '../catalog/tables/spaces.ts';
import { isFailureReason, PixkinError } from '../errors.ts';
import type { ContentId, Embedded, FailureReason, FileFacts } from '../types.ts';
import { isRootThere } from './presence.ts';
import type { Space } from './space.ts';

/** What became of it. */
export type Embedding =
  | ({ readonly type: 'embedded' } & Pick<Embedded, 'vector' | 'classes'>)
  /** Without the network, from the space that this one projects. */
  | { readonly type: 'derived'; readonly vector: Float32Array }
  /** The very bytes that are indexed cannot be embedded. */
  | { readonly type: 'broken'; readonly image: ImageRow; readonly reason: FailureReason; readonly message: string }
  /** No image in results has it any more. */
  | { readonly type: 'unneeded' }
  /** None of its files can be read as what it was indexed as: the disk has changed, or is away. */
  | { readonly type: 'unreachable'; readonly offline: string | null; readonly message: string };

export interface ContentReader {
  read(content: ContentId, signal: AbortSignal): Promise<Embedding>;
}

/** @param refresh takes a file as it is now, as a sweep does */
export function createContentReader(
  catalog: Catalog,
  space: Space,
  refresh: (file: FileFacts) => Promise<unknown>,
): ContentReader {
  const refreshed = new Set<number>();
  const there = new Map<string, Promise<boolean>>();

  const folderOf = (root: string): string => catalog.roots.locate(root).path;
  const isThere = (root: string): Promise<boolean> => {
    const found =
      there.get(root) ?? isRootThere(folderOf(root), [...catalog.images.known(catalog.roots.locate(root).id).keys()]);
    there.set(root, found);
    return found;
  };

  /** The files are other ones than those that were indexed: each is looked at anew, once. */
  async function refreshImage(image: ImageRow): Promise<void> {
    if (refreshed.has(image.id)) return;
    refreshed.add(image.id);
    const found = await stat(join(folderOf(image.root), image.image));
    await refresh({ root: image.root, path: image.image, bytes: found.size, mtimeMs: found.mtimeMs });
  }

  async function readImage(image: ImageRow, signal: AbortSignal): Promise<Embedding> {
    const path = join(folderOf(image.root), image.image);
    try {
      const embedded = await space.workers.embed({ path }, { priority: 'bulk', signal });
      if (embedded.sha256 === image.content) return withDirection(embedded, image);
    } catch (error) {
      signal.throwIfAborted();
      // Anything else is the fault of the set-up: no other picture would fare better.
      if (!(error instanceof PixkinError) || !isFailureReason(error.code)) throw error;
      const { code: reason, message } = error;
      if (reason === 'unreadable') {
        const offline = (await isThere(image.root)) ? null : image.root;
        return { type: 'unreachable', offline, message };
      }
      const found = await space.workers.fingerprint({ path }, { signal }).catch(() => null);
      if (found?.sha256 === image.content) return { type: 'broken', image, reason, message };
    }
    await refreshImage(image).catch(() => {});
    return { type: 'unreachable', offline: null, message: 'the file has changed since it was indexed' };
  }

  return {
    async read(content, signal) {
      const derived = space.embeddings.has(content) ? undefined : space.base?.vector(content);
      if (derived) return { type: 'derived', vector: derived };
      let trouble: Extract<Embedding, { type: 'unreachable' }> | undefined;
      for (const image of catalog.images.ofContent(content)) {
        const found: Embedding = image.offline
          ? { type: 'unreachable', offline: image.root, message: 'its root is offline' }
          : await readImage(image, signal);
        if (found.type !== 'unreachable') return found;
        trouble ??= { ...found, message: `${image.root}: ${image.image}: ${found.message}` };
      }
      const isNeeded = catalog.images.ofContent(content, 1).length > 0;
      return trouble && isNeeded ? trouble : { type: 'unneeded' };
    },
  };
}

function withDirection({ vector, classes }: Embedded, image: ImageRow): Embedding {
  try {
    unit(vector);
    return { type: 'embedded', vector, ...(classes && { classes }) };
  } catch (error) {
    return {
      type: 'broken',
      image,
      reason: 'corrupt',
      message: `the network gave no direction: ${(error as Error).message}`,
    };
  }
}

/**
 * The real collection on a catalog in memory, with workers that take text for pictures: `picture …END`. What follows
 * folders needs no network.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { openCatalog } from '../../../src/catalog/catalog.ts';
import { createClassifiers } from '../../../src/classifiers.ts';
import { createCollection } from '../../../src/collection.ts';
import { PixkinError } from '../../../src/errors.ts';
import { createSpaces, type Space } from '../../../src/spaces.ts';
import { createThumbnails } from '../../../src/thumbnails.ts';
import type { Collection, ImageSource, Outcome, SpaceVectors, Workers } from '../../../src/types.ts';

export interface TinyCollection {
  readonly collection: Collection;
  readonly outcomes: Outcome[];
  /** Absolute path of every file that a worker opened, in order. */
  readonly reads: string[];
  /** Changes that the index was told of. */
  applied(): number;
  /** From now on every read waits for the promise, when it has read. */
  hold(until: Promise<unknown>): void;
  /** Most reads at the same time. */
  most(): number;
  /** In results now, sorted. */
  images(root?: string): string[];
}

/** @param catalogPath where the catalog is; in memory unless two collections are to be opened after one another */
export function openTinyCollection(catalogPath = ':memory:'): TinyCollection {
  const reads: string[] = [];
  let [applied, now, most] = [0, 0, 0];
  let until: Promise<unknown> = Promise.resolve();

  async function read(
    source: ImageSource,
    signal: AbortSignal | undefined,
  ): Promise<{ sha256: string; bytes: number }> {
    if (!('path' in source)) throw new Error('only files are read here');
    reads.push(source.path);
    most = Math.max(most, ++now);
    try {
      const bytes = await readFile(source.path).catch((error: Error) => {
        throw new PixkinError('unreadable', error.message);
      });
      await until;
      signal?.throwIfAborted();
      const text = bytes.toString();
      if (text === '') throw new PixkinError('zero_bytes', 'no bytes');
      if (!text.startsWith('picture')) throw new PixkinError('not_an_image', 'it does not begin like a picture');
      if (!text.endsWith('END')) throw new PixkinError('truncated', 'it has no end');
      return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
    } finally {
      now--;
    }
  }

  const workers: Workers = {
    ready: async () => ({ device: 'cpu', why: 'a test' }),
    fingerprint: async (source, o) => ({ ...(await read(source, o?.signal)), kind: 'jpeg' }),
    embed: async (source, o) => ({
      ...(await read(source, o?.signal)),
      kind: 'jpeg',
      width: 1,
      height: 1,
      phash: '0'.repeat(16),
      takenAt: null,
      vector: new Float32Array([1, 0]),
    }),
    classify: async () => Float32Array.of(1),
    thumbnail: async () => new Uint8Array(),
    stats: () => ({ size: 2, busy: 0, queued: 0, inferences: 0, crashes: 0 }),
    close: async () => {},
  };
  const vectors: SpaceVectors = {
    search: async () => ({ hits: [], plan: { mode: 'exact', candidates: 0 } }),
    apply: async ({ add, remove }) => {
      applied += add.length + remove.length;
    },
    rebuild: async () => {},
    status: () => ({ count: 0, revision: 0, hnsw: 'missing', hnswCount: 0 }),
    flush: async () => {},
    close: async () => {},
  };

  const catalog = openCatalog(catalogPath);
  const row = catalog.spaces.put({ fingerprint: '0'.repeat(16), backbone: 'tiny', folder: '/nowhere', dim: 2 });
  const space: Space = {
    id: row.fingerprint,
    backbone: 'tiny',
    dim: 2,
    provenance: 'a test',
    workers,
    embeddings: catalog.embeddings(row),
    vectors,
    classes: catalog.classes(row),
    storesClasses: false,
  };
  const none = () => Promise.reject(new Error('there is one space'));
  const spaces = createSpaces(catalog, space, { find: none, recall: none, bytes: () => 0, forget: none });
  const thumbnails = createThumbnails(null);
  const classifiers = createClassifiers(none);
  const collection = createCollection({ catalog, spaces, classifiers, thumbnails, graceMs: 86_400_000 });
  const outcomes: Outcome[] = [];
  collection.subscribe((outcome) => outcomes.push(outcome));
  return {
    collection,
    outcomes,
    reads,
    applied: () => applied,
    hold(promise) {
      until = promise;
    },
    most: () => most,
    images: (root) =>
      collection
        .images({ limit: 100_000, ...(root === undefined ? {} : { root }) })
        .images.map(({ image }) => image)
        .sort(),
  };
}

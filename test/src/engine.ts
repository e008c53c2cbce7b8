import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Catalog, openCatalog } from '../../src/catalog/catalog.ts';
import { createCollection } from '../../src/collection.ts';
import { createSpaces, type Space } from '../../src/spaces.ts';
import { createThumbnails } from '../../src/thumbnails.ts';
import type { Collection, FileFacts, Outcome } from '../../src/types.ts';
import { openSpaceVectors } from '../../src/vectors/open.ts';
import { createFakeWorkers, type FakeWorkers, fakeDim } from './fake-workers.ts';

/** A collection over a real catalog, real vectors and fake workers, with one root, by default `pictures`. */
export interface Engine {
  readonly catalog: Catalog;
  readonly workers: FakeWorkers;
  readonly collection: Collection;
  /** Folder of the root `pictures`. */
  readonly folder: string;
  /** What `rebuild({ backbone })` finds, by name; `first` is the network that the collection begins with. */
  readonly networks: Record<string, FakeWorkers>;
  /** Writes a file, also in folders that are not there yet. */
  write(path: string, bytes: Uint8Array): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  facts(path: string): FileFacts;
  /** Hands a file in as the follower does. */
  ingest(path: string): Promise<Outcome>;
  /** Writes a file and hands it in. */
  add(path: string, bytes: Uint8Array): Promise<Outcome>;
  /** Whether a path has vanished from `pictures`. */
  gone(root: string, path: string): Promise<boolean>;
}

export async function openEngine(
  o: { graceMs?: number; networks?: Record<string, FakeWorkers>; data?: string; root?: string } = {},
): Promise<Engine> {
  const folder = temporaryFolder();
  const catalog = openCatalog(o.data === undefined ? ':memory:' : join(o.data, 'catalog.db'));
  const workers = createFakeWorkers();
  const networks = { ...o.networks };
  const openSpace = async (name: string, theirs: FakeWorkers): Promise<Space> => {
    const row = catalog.spaces.put({ fingerprint: fingerprint(name), backbone: name, folder: name, dim: fakeDim });
    const embeddings = catalog.embeddings(row);
    const vectors = await openSpaceVectors({ source: embeddings, folder: null });
    return {
      id: row.fingerprint,
      backbone: name,
      dim: fakeDim,
      provenance: 'fake',
      workers: theirs,
      embeddings,
      vectors,
    };
  };
  const first = await openSpace('first', workers);
  catalog.meta.set('space', first.id);
  const spaces = createSpaces(catalog, first, async (name, current) =>
    fingerprint(name) === current ? null : openSpace(name, networks[name] ?? createFakeWorkers()),
  );
  const collection = createCollection({
    catalog,
    spaces,
    thumbnails: createThumbnails(o.data === undefined ? null : join(o.data, 'thumbnails')),
    graceMs: o.graceMs ?? 86_400_000,
  });
  onTestFinished(() => collection.close());
  const root = o.root ?? 'pictures';
  collection.roots.add(root, folder);

  const engine: Engine = {
    catalog,
    workers,
    collection,
    folder,
    networks,
    write(path, bytes) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    },
    rename: (from, to) => renameSync(join(folder, from), join(folder, to)),
    remove: (path) => rmSync(join(folder, path)),
    facts(path) {
      const { size, mtimeMs } = statSync(join(folder, path));
      return { root, path, bytes: size, mtimeMs };
    },
    ingest: (path) => collection.ingest(engine.facts(path), { gone: engine.gone }),
    add(path, bytes) {
      engine.write(path, bytes);
      return engine.ingest(path);
    },
    gone: (root, path) =>
      access(join(collection.roots.get(root).path, path)).then(
        () => false,
        () => true,
      ),
  };
  return engine;
}

export const fingerprint = (name: string): string => Buffer.from(name.padEnd(8)).toString('hex').slice(0, 16);

/** A folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pixkin-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The id of an indexed or reused picture. */
export function idOf(outcome: Outcome): number {
  if (outcome.type !== 'indexed' && outcome.type !== 'reused') throw new Error(`it is ${outcome.type}`);
  return outcome.id;
}

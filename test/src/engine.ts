import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Catalog, openCatalog } from '../../src/catalog/catalog.ts';
import type { SpaceRow } from '../../src/catalog/tables/spaces.ts';
import { createClassifiers } from '../../src/classifiers.ts';
import { createCollection } from '../../src/collection.ts';
import { PixkinError } from '../../src/errors.ts';
import type { HeadsOptions } from '../../src/heads.ts';
import type { ClassName } from '../../src/model/classes.ts';
import { projectedParts } from '../../src/spaces/projected.ts';
import { createSpaces, type Space } from '../../src/spaces.ts';
import { createThumbnails } from '../../src/thumbnails.ts';
import type { Collection, FileFacts, Outcome } from '../../src/types.ts';
import { openSpaceVectors } from '../../src/vectors/open.ts';
import { createFakeWorkers, type FakeWorkers, fakeClassNames, fakeDim } from './fake-workers.ts';
import { trainHere } from './train-here.ts';

/** A collection over a real catalog, real vectors and fake workers, with one root, by default `pictures`. */
export interface Engine {
  readonly catalog: Catalog;
  readonly workers: FakeWorkers;
  readonly collection: Collection;
  /** Folder of the root `pictures`. */
  readonly folder: string;
  /** What `rebuild({ backbone })` finds, by name; `first` is the network that the collection begins with. */
  readonly networks: Record<string, FakeWorkers>;
  /** Networks whose spaces' files were removed. */
  readonly forgotten: readonly string[];
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

export interface EngineOptions {
  readonly graceMs?: number;
  readonly networks?: Record<string, FakeWorkers>;
  readonly data?: string;
  readonly root?: string;
  readonly idleMs?: number;
  readonly patienceMs?: number;
  /** What the first network does. */
  readonly network?: (vector: Float32Array) => Float32Array;
  /** Classes are stored. */
  readonly classes?: boolean;
  readonly labelsFromFolders?: boolean;
  /** How heads are trained; absent: in this process, without checkpoints. */
  readonly heads?: HeadsOptions;
  /** What the network calls its classes; absent: as the fake one does. */
  readonly classNames?: readonly ClassName[];
}

export async function openEngine(o: EngineOptions = {}): Promise<Engine> {
  const folder = temporaryFolder();
  const catalog = openCatalog(o.data === undefined ? ':memory:' : join(o.data, 'catalog.db'));
  const workers = createFakeWorkers({ classes: o.classes === true, ...(o.network && { network: o.network }) });
  const networks = { ...o.networks };
  const rowOf = (name: string) => {
    return {
      fingerprint: fingerprint(name),
      backbone: name,
      folder: name,
      dim: fakeDim,
      pooling: null,
      cut: null,
      base: null,
    };
  };
  const openSpace = async (facts: Omit<SpaceRow, 'id'>, theirs: FakeWorkers): Promise<Space> => {
    const row = catalog.spaces.put(facts);
    const embeddings = catalog.embeddings(row);
    const vectors = await openSpaceVectors({ source: embeddings, folder: null });
    const classes = catalog.classes(row);
    classes.setNames(o.classNames ?? fakeClassNames);
    return {
      id: row.fingerprint,
      backbone: row.backbone,
      dim: row.dim,
      provenance: 'fake',
      ...projectedParts(catalog, row, theirs, classes),
      embeddings,
      vectors,
      classes,
      storesClasses: o.classes === true,
    };
  };
  const first = await openSpace(rowOf('first'), workers);
  catalog.meta.set('space', first.id);
  const found = async (row: Omit<SpaceRow, 'id'>) => {
    const workersOf = () => networks[row.folder] ?? createFakeWorkers();
    return { row, open: () => openSpace(row, workersOf()), workers: async () => workersOf() };
  };
  const forgotten: string[] = [];
  const spaces = createSpaces(
    catalog,
    first,
    {
      find: ({ backbone }, current) => found(rowOf(backbone ?? current.folder)),
      recall: found,
      bytes: () => 1000,
      forget: async ({ folder }) => void forgotten.push(folder),
    },
    { idleMs: o.idleMs ?? 0, patienceMs: o.patienceMs ?? 0 },
  );
  const classifiers = createClassifiers(
    async (name) => {
      const theirs = networks[name];
      if (!theirs) throw new PixkinError('backbone_not_found', `there is no ${name}`);
      const open = async () => ({ backbone: name, names: fakeClassNames, workers: theirs });
      return { space: fingerprint(name), open };
    },
    { idleMs: o.idleMs ?? 0 },
  );
  const collection = createCollection({
    catalog,
    spaces,
    classifiers,
    thumbnails: createThumbnails(o.data === undefined ? null : join(o.data, 'thumbnails')),
    graceMs: o.graceMs ?? 86_400_000,
    labelsFromFolders: o.labelsFromFolders === true,
    heads: o.heads ?? { folder: null, train: trainHere },
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
    forgotten,
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

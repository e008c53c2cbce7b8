import type { VectorSource } from '../types.ts';
import type { BuildResult } from './build.ts';
import type { ExactIndex } from './exact.ts';
import type { HnswIndex, HnswLibrary } from './hnsw.ts';
import {
  checkSnapshot,
  dropSnapshot,
  prepareFolder,
  publishSnapshot,
  type SnapshotFacts,
  snapshotPaths,
  writeManifest,
} from './snapshot.ts';
import type { Turns } from './turns.ts';
import { dot } from './vector.ts';

/** Keeps one HNSW index in its files. */
export interface Keeper {
  /** Where a new `.bin` is written before it is published. */
  readonly newBin: string;
  /** Milliseconds that the last save took. */
  readonly lastSaveMs: number;
  /** The index as it was saved, or why it cannot be had. Removes leftovers of a killed process. */
  load(exact: ExactIndex): Promise<{ index: HnswIndex; tunedCount: number } | { reason: string }>;
  /** Writes what differs from the files; nothing where nothing does. An empty index has no files. */
  save(index: HnswIndex, tunedCount: number): Promise<void>;
  /** Takes `newBin`, of which `index` was loaded, as the saved index. */
  publish(index: HnswIndex, built: BuildResult): Promise<void>;
  drop(): Promise<void>;
}

export function createKeeper(o: {
  folder: string;
  source: VectorSource;
  library: HnswLibrary;
  shape: { m: number; efConstruction: number };
  turns: Turns;
}): Keeper {
  const { source, library, shape, turns } = o;
  const place = { folder: o.folder, space: source.space };
  const paths = snapshotPaths(place);
  let saved: { facts: SnapshotFacts; index: HnswIndex; changes: number } | null = null;
  let lastSaveMs = 0;

  const about = (index: HnswIndex, tunedCount: number) => ({
    ...shape,
    dim: source.dim,
    count: index.size,
    removed: [...index.removed],
    revision: index.at,
    ef: index.ef,
    tunedCount,
  });

  return {
    newBin: paths.newBin,
    get lastSaveMs() {
      return lastSaveMs;
    },
    async load(exact) {
      try {
        await prepareFolder(place);
        const check = await checkSnapshot(place, { ...shape, dim: source.dim, revision: source.revision() });
        if (!check.ok) return { reason: check.reason };
        const { facts, path } = check;
        const index = await library.load(path, { ...facts, turns });
        if (!isOf(index, exact)) return { reason: 'the index has other vectors than the catalog' };
        saved = { facts, index, changes: index.changes };
        return { index, tunedCount: facts.tunedCount };
      } catch (error) {
        return { reason: error instanceof Error ? error.message : String(error) };
      }
    },
    async save(index, tunedCount) {
      if (index.size === 0) return this.drop();
      const facts = about(index, tunedCount);
      if (saved?.index === index && saved.changes === index.changes) {
        const { revision, ef } = saved.facts;
        if (revision === index.at && ef === index.ef && saved.facts.tunedCount === tunedCount) return;
        saved = { ...saved, facts: { ...saved.facts, ...facts } };
        await writeManifest(place, saved.facts);
        return;
      }
      const begun = performance.now();
      const { changes } = index;
      await prepareFolder(place);
      await index.save(paths.newBin);
      saved = { facts: await publishSnapshot(place, facts), index, changes };
      lastSaveMs = performance.now() - begun;
    },
    async publish(index, { bytes, sha256 }) {
      const { changes } = index;
      saved = { facts: await publishSnapshot(place, about(index, 0), { bytes, sha256 }), index, changes };
    },
    async drop() {
      saved = null;
      await dropSnapshot(place);
    },
  };
}

/** A look at some vectors: the files may be of another catalog, whose contents have the same numbers. */
function isOf(index: HnswIndex, exact: ExactIndex): boolean {
  const all = [...index.contents()];
  const step = Math.max(1, Math.floor(all.length / 32));
  for (let i = 0; i < all.length; i += step) {
    const expected = exact.vector(all[i]!);
    if (!expected) continue;
    const found = index.vector(all[i]!);
    const isZero = dot(expected, expected, 0) === 0;
    if (!isZero && dot(expected, found, 0) < 0.999) return false;
  }
  return true;
}

import { rm, stat } from 'node:fs/promises';
import { PixkinError } from '../errors.ts';
import type { ContentId, Hit, VectorIndex } from '../types.ts';
import { byRank } from './top-k.ts';
import { createTurns, type Turns } from './turns.ts';
import { checkContent, checkK, toUnit } from './vector.ts';

/**
 * Approximate nearest neighbours (HNSW: Malkov and Yashunin, arXiv:1603.09320) by hnswlib-node. That package crashes the process, or goes
 * wrong silently, on a damaged file, a save during an add, a filter that throws, and a folder that is missing: nothing reaches it
 * here that was not looked at first, and filters are not passed to it at all.
 */
export interface HnswIndex extends VectorIndex {
  readonly size: number;
  /** The revision of the last change. */
  readonly at: number;
  /** Contents that were removed: their slots stay in the graph. */
  readonly removed: ReadonlySet<ContentId>;
  /** Grows with every content that is added or removed. */
  readonly changes: number;
  /** Part of the slots that is wasted, 0 to 1. */
  readonly churn: number;
  /** Candidates kept while searching, unless a search says otherwise. Starts at 64. */
  ef: number;
  has(content: ContentId): boolean;
  contents(): Iterable<ContentId>;
  /** The vector as the index has it. Only for a content that is there. */
  vector(content: ContentId): Float32Array;
  /** @throws Error where the file is not there whole afterwards */
  save(path: string): Promise<void>;
}

/** `m`: neighbours of a node (twice that in the lowest layer). `efConstruction`: candidates kept while adding. */
export interface HnswShape {
  readonly dim: number;
  readonly m: number;
  readonly efConstruction: number;
}

export interface HnswLibrary {
  /** `capacity`: how many contents to make room for; grows by itself. */
  create(o: HnswShape & { capacity?: number; turns?: Turns }): HnswIndex;
  /** Only for a file whose checksum was looked at. `removed`, `count` and `revision`: as they were when it was saved. */
  load(
    path: string,
    o: HnswShape & { count: number; removed: readonly ContentId[]; revision: number; ef: number; turns?: Turns },
  ): Promise<HnswIndex>;
}

export const hnswDefaults = { m: 16, efConstruction: 200, ef: 64 } as const;

/** Overfetching for a filter ends here: beyond, a search would hold the event loop. */
const mostFetched = 4096;
/**
 * Beside a filter only this part of what is found is believed, the nearest: towards its end others are missing. Without a filter there are
 * always more than are asked for.
 */
const believed = 2 / 3;

/** The part of the package that is used here. Its own types are not named: pixkin must compile where it could not be installed. */
interface HierarchicalNSW {
  initIndex(maxElements: number, m: number, efConstruction: number): void;
  readIndex(path: string): Promise<boolean>;
  writeIndex(path: string): Promise<boolean>;
  resizeIndex(maxElements: number): void;
  addPoint(point: number[], label: number): void;
  markDelete(label: number): void;
  unmarkDelete(label: number): void;
  searchKnn(point: number[], k: number): { readonly distances: number[]; readonly neighbors: number[] };
  getIdsList(): number[];
  getPoint(label: number): number[];
  getMaxElements(): number;
  setEf(ef: number): void;
}
interface Library {
  readonly default: { readonly HierarchicalNSW: new (space: 'cosine', dim: number) => HierarchicalNSW };
}

/** A name that the compiler does not resolve. */
const name: string = 'hnswlib-node';

/** null where hnswlib-node is not installed, or its binary was not built. */
export async function loadHnsw(): Promise<HnswLibrary | null> {
  const library: Library | null = await import(name).catch(() => null);
  if (!library) return null;
  const Native = library.default.HierarchicalNSW;
  return {
    create(o) {
      const native = new Native('cosine', o.dim);
      native.initIndex(Math.max(1, o.capacity ?? 1024), o.m, o.efConstruction);
      return adapt(native, { ...o, contents: [], removed: [], revision: 0, ef: hnswDefaults.ef });
    },
    async load(path, o) {
      const native = new Native('cosine', o.dim);
      await native.readIndex(path);
      const labels = native.getIdsList();
      const removed = new Set(o.removed);
      const contents = labels.filter((label) => !removed.has(label));
      if (contents.length !== o.count || labels.length !== o.count + removed.size) {
        throw new Error(`expected ${o.count} contents and ${removed.size} removed ones; got ${labels.length} together`);
      }
      return adapt(native, { ...o, contents });
    },
  };
}

function adapt(
  native: HierarchicalNSW,
  o: HnswShape & { contents: ContentId[]; removed: readonly ContentId[]; revision: number; ef: number; turns?: Turns },
): HnswIndex {
  const { dim, m, turns = createTurns() } = o;
  const live = new Set(o.contents);
  const removed = new Set(o.removed);
  let at = o.revision;
  let { ef } = o;
  let changes = 0;
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();

  /** Adds and saves run one after the other. */
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const run = last.then(() => {
      assertOpen();
      return work();
    });
    last = run.catch(() => {});
    return run;
  };
  const assertOpen = (): void => {
    if (closed) throw new PixkinError('closed', 'the index is closed');
  };
  const add = (content: ContentId, unit: Float32Array): void => {
    if (live.has(content)) return;
    if (removed.delete(content)) native.unmarkDelete(content);
    else {
      const slots = live.size + removed.size;
      if (slots >= native.getMaxElements()) native.resizeIndex(Math.max(1024, Math.ceil(slots * 1.5)));
      native.addPoint(Array.from(unit), content);
    }
    live.add(content);
    changes++;
  };
  const remove = (content: ContentId): void => {
    if (!live.delete(content)) return;
    native.markDelete(content);
    removed.add(content);
    changes++;
  };

  return {
    get size() {
      return live.size;
    },
    get at() {
      return at;
    },
    removed,
    get changes() {
      return changes;
    },
    get churn() {
      return removed.size === 0 ? 0 : removed.size / (live.size + removed.size);
    },
    get ef() {
      return ef;
    },
    set ef(value) {
      checkK(value);
      ef = value;
    },
    has: (content) => live.has(content),
    contents: () => live,
    vector(content) {
      if (!live.has(content)) throw new PixkinError('internal', `content ${content} is not in the index`);
      return Float32Array.from(native.getPoint(content));
    },

    /** May find fewer than there are: beside a filter that leaves little of what is near, or where the graph has come apart. */
    async search(query, k, { allowed, ef: wanted = ef, signal } = {}) {
      assertOpen();
      checkK(k);
      checkK(wanted);
      const point = Array.from(toUnit(query, dim, 'query'));
      const share = allowed ? Math.min(1, allowed.size / Math.max(1, live.size)) : 1;
      if (share === 0) return [];
      await turns.take(signal);
      assertOpen();
      if (live.size === 0) return [];
      const fetch = Math.min(Math.max(wanted, k, Math.ceil((1.5 * k) / share)), live.size, Math.max(mostFetched, k));
      native.setEf(fetch);
      const { neighbors, distances } = native.searchKnn(point, fetch);
      const hits = neighbors.map(
        (content, i): Hit => ({ content, score: Math.max(-1, Math.min(1, 1 - distances[i]!)) }),
      );
      hits.sort(byRank);
      if (!allowed) return hits.slice(0, k);
      const sure = fetch < live.size ? hits.slice(0, Math.ceil(believed * fetch)) : hits;
      return sure.filter(({ content }) => allowed.has(content)).slice(0, k);
    },
    apply: (change) =>
      alone(async () => {
        const units = change.add.map(({ content, vector }) => {
          checkContent(content);
          return toUnit(vector, dim, `vector of content ${content}`);
        });
        for (const content of change.remove) remove(content);
        for (const [i, { content }] of change.add.entries()) {
          // One add takes .3 to 4 ms: a slice holds a few.
          if (turns.over(4)) await turns.take();
          add(content, units[i]!);
        }
        at = Math.max(at, change.revision);
      }),
    save: (path) =>
      alone(async () => {
        await rm(path, { force: true });
        await native.writeIndex(path);
        const least = (live.size + removed.size) * (4 * dim + 8 * m);
        const { size } = await stat(path);
        if (size < least) throw new Error(`the saved index must have ${least} bytes or more; got ${size}`);
      }),
    revision: async () => at,
    count: async () => live.size,
    flush: async () => {},
    close: () =>
      alone(async () => {
        closed = true;
      }).catch(() => {}),
  };
}

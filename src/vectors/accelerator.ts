import { PixkinError } from '../errors.ts';
import type { ContentId, VectorChange, VectorSource } from '../types.ts';
import type { AcceleratorOptions } from './accelerator-options.ts';
import { createDebounce } from './debounce.ts';
import type { ExactIndex } from './exact.ts';
import type { HnswIndex, HnswLibrary } from './hnsw.ts';
import { createKeeper } from './keeper.ts';
import { makeHnsw } from './make.ts';
import type { HnswState } from './planner.ts';
import { tuneEf } from './tune.ts';
import type { Turns } from './turns.ts';

/** HNSW beside the exact index: it follows in the background, and may lag. */
export interface Accelerator {
  state(): HnswState;
  /** Vectors that HNSW holds. */
  readonly size: number;
  /**
   * Contents among which the nearest `k` are, to be ranked by the exact index: what HNSW finds, and all that it does not hold yet.
   * Only while `state()` is usable.
   */
  candidates(
    query: Float32Array,
    k: number,
    o: { ef: number; allowed?: ReadonlySet<ContentId>; signal?: AbortSignal },
  ): Promise<Set<ContentId>>;
  /** The exact index has taken this change. */
  follow(change: VectorChange): void;
  rebuild(o: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void }): Promise<void>;
  /** Resolves when HNSW holds everything and its files are written. */
  flush(): Promise<void>;
  /** Stops a build; catches up for a moment, writes the files. */
  close(): Promise<void>;
}

/** Part of the slots that may be wasted before the graph is built anew. */
const mostChurn = 0.3;
const mostFailures = 3;
const inBatch = 16;

export function startAccelerator(o: {
  library: HnswLibrary;
  source: VectorSource;
  /** The exact index of now: a rebuild replaces it. */
  exact: () => ExactIndex;
  folder: string | null;
  turns: Turns;
  log: (message: string, fields?: object) => void;
  options: AcceleratorOptions;
}): Accelerator {
  const { library, source, exact, folder, turns, log, options } = o;
  const shape = { m: options.m, efConstruction: options.efConstruction };
  const keeper = folder === null ? null : createKeeper({ folder, source, library, shape, turns });
  const toAdd = new Set<ContentId>();
  const toRemove = new Set<ContentId>();
  let index: HnswIndex | null = null;
  let tunedCount = 0;
  let comparing = false;
  let failures = 0;
  let trouble: string | null = null;
  let stop = new AbortController();
  let last: Promise<void> = Promise.resolve();

  /** One thing at a time: builds, adds and saves exclude each other. */
  const enqueue = (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    const run = last.then(() => work(stop.signal));
    last = run.catch(() => {});
    return run;
  };
  const inBackground = (work: (signal: AbortSignal) => Promise<void>, failed: (reason: string) => void): void => {
    void enqueue(async (signal) => {
      try {
        await work(signal);
      } catch (error) {
        if (!signal.aborted) failed(error instanceof Error ? error.message : String(error));
      }
    });
  };
  const settleFailed = (reason: string): void => {
    failures++;
    trouble = reason;
    log('HNSW could not be brought up to date; the exact scan answers', { reason });
  };
  const followSoon = createDebounce(() => inBackground(settle, settleFailed));
  const saveFailed = (reason: string): void => log('the index files could not be written', { reason });
  const saveSoon = createDebounce(() => inBackground(save, saveFailed));

  /** Takes an index in use, and finds out what it lacks: whatever it was made from, the exact index is right. */
  const adopt = async (next: HnswIndex, tuned: number): Promise<void> => {
    index = next;
    tunedCount = tuned;
    trouble = null;
    comparing = true;
    toAdd.clear();
    toRemove.clear();
    for (const content of exact().contents()) {
      if (!next.has(content)) toAdd.add(content);
      if (turns.over()) await turns.take();
    }
    for (const content of next.contents()) {
      if (!exact().has(content)) toRemove.add(content);
      if (turns.over()) await turns.take();
    }
    comparing = false;
  };

  const build = async (signal: AbortSignal, onProgress?: (done: number, total: number) => void): Promise<void> => {
    const made = await makeHnsw(exact(), {
      ...{ library, shape, keeper, turns, signal, childFrom: options.childFrom },
      ...(onProgress && { onProgress }),
    });
    await adopt(made, 0);
  };

  /** Brings HNSW to where the exact index is. */
  const drain = async (isOver: () => boolean, onProgress?: (done: number) => void): Promise<void> => {
    const to = index;
    while (to && !isOver() && (toAdd.size > 0 || toRemove.size > 0 || to.at < exact().at)) {
      const remove = [...toRemove];
      const contents = [...first(toAdd, inBatch)];
      const add = contents.flatMap((content) => {
        const vector = exact().vector(content)?.slice();
        return vector ? [{ content, vector }] : [];
      });
      await to.apply({ add, remove, revision: contents.length === toAdd.size ? exact().at : to.at });
      // What came for them meanwhile undoes itself: a content that left again is in `toRemove` now.
      for (const content of contents) toAdd.delete(content);
      for (const content of remove) toRemove.delete(content);
      onProgress?.(to.size);
    }
  };

  const settle = async (signal: AbortSignal): Promise<void> => {
    if (failures >= mostFailures) return;
    const tooFew = toAdd.size >= options.childFrom && toAdd.size > (index?.size ?? 0);
    if (!index || tooFew) await build(signal);
    await drain(() => signal.aborted);
    if (index && index.churn > mostChurn) {
      await build(signal);
      await drain(() => signal.aborted);
    }
    await tune(signal);
    failures = 0;
    if (signal.aborted || !keeper) return;
    const { quietMs, maxMs } = options.saveAfter;
    // A large index takes long to write: at most a tenth of the time is spent on it.
    const slow = 10 * keeper.lastSaveMs;
    saveSoon.poke({ quietMs: Math.max(quietMs, slow), maxMs: Math.max(maxMs, slow) });
  };
  const tune = async (signal: AbortSignal): Promise<void> => {
    const { size } = exact();
    if (!index || size < options.tuneFrom || size < 2 * tunedCount) return;
    index.ef = await tuneEf(index, exact(), { signal });
    tunedCount = size;
    log('ef was tuned', { ef: index.ef, contents: size });
  };
  const save = async (): Promise<void> => {
    if (index) await keeper?.save(index, tunedCount);
  };

  inBackground(async (signal) => {
    const found = await keeper?.load(exact());
    if (found && 'index' in found) await adopt(found.index, found.tunedCount);
    else if (found && exact().size > 0) log('the HNSW index is built again', { reason: found.reason });
    await settle(signal);
  }, settleFailed);

  return {
    state() {
      if (!index)
        return trouble
          ? { usable: false, failed: true, why: `HNSW could not be built (${trouble})` }
          : { usable: false, why: 'HNSW is being built' };
      const isClose = toAdd.size + toRemove.size <= Math.min(options.mostBehind, index.size);
      if (comparing || !isClose)
        return { usable: false, why: `HNSW holds ${index.size} of ${exact().size} contents so far` };
      // Not before it is known how many candidates these vectors need.
      if (tunedCount === 0 && exact().size >= options.tuneFrom) return { usable: false, why: 'ef is being tuned' };
      return { usable: true, ef: index.ef };
    },
    get size() {
      return index?.size ?? 0;
    },
    async candidates(query, k, { allowed, ...rest }) {
      const lacking = [...toAdd];
      // What HNSW still has to forget takes the place of others.
      const hits = (await index?.search(query, k + toRemove.size, { ...rest, ...(allowed && { allowed }) })) ?? [];
      const found = new Set(hits.map((hit) => hit.content));
      for (const content of lacking) if (!allowed || allowed.has(content)) found.add(content);
      return found;
    },
    follow({ add, remove }) {
      for (const content of remove) {
        toAdd.delete(content);
        toRemove.add(content);
      }
      for (const { content } of add) {
        toRemove.delete(content);
        toAdd.add(content);
      }
      followSoon.poke(options.followAfter);
    },
    rebuild({ signal: asked, onProgress }) {
      stop.abort(new PixkinError('cancelled', 'another rebuild began'));
      stop = new AbortController();
      const signal = asked ? AbortSignal.any([asked, stop.signal]) : stop.signal;
      return enqueue(async () => {
        index = null;
        failures = 0;
        trouble = 'its rebuild was broken off';
        await keeper?.drop();
        await build(signal, onProgress);
        const total = exact().size;
        await drain(() => signal.aborted, onProgress && ((done) => onProgress(Math.min(done, total), total)));
        signal.throwIfAborted();
        await tune(signal);
        await save();
      });
    },
    async flush() {
      followSoon.cancel();
      await enqueue(settle);
      saveSoon.cancel();
      await enqueue(save);
    },
    async close() {
      stop.abort(new PixkinError('closed', 'the index is closed'));
      followSoon.cancel();
      const end = performance.now() + options.closeMs;
      await enqueue(() => drain(() => performance.now() > end));
      saveSoon.cancel();
      // The files are derived: without them the next start builds again.
      await enqueue(save).catch((error: unknown) => saveFailed(error instanceof Error ? error.message : String(error)));
      await index?.close();
    },
  };
}

function* first<T>(all: Iterable<T>, count: number): Generator<T> {
  let left = count;
  for (const one of all) {
    if (left-- <= 0) return;
    yield one;
  }
}

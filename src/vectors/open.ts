import { PixkinError } from '../errors.ts';
import type { Plan, SpaceVectors, VectorSource } from '../types.ts';
import { type Accelerator, startAccelerator } from './accelerator.ts';
import { type AcceleratorOptions, acceleratorDefaults } from './accelerator-options.ts';
import { type HnswLibrary, loadHnsw } from './hnsw.ts';
import { loadExact } from './load.ts';
import { choosePlan, type HnswState } from './planner.ts';
import { createTurns } from './turns.ts';

export interface OpenVectorsOptions extends Partial<AcceleratorOptions> {
  /** Collections with fewer contents are scanned unless a search says `exact: false`. Default 10,000. */
  readonly exactBelow?: number;
  /** How HNSW is found; gives null where it is not installed. */
  readonly loadHnsw?: () => Promise<HnswLibrary | null>;
}

const missing: HnswState = { usable: false, why: 'hnswlib-node is not installed' };

/**
 * All searching of one space. Resolves as soon as the exact scan can answer; HNSW is loaded, or built, in the background, and a search
 * never waits for it. Its files in `folder` are derived: damaged, missing or foreign ones are built again.
 * @param o.folder where HNSW is kept between runs; null: nowhere
 */
export async function openSpaceVectors(o: {
  source: VectorSource;
  folder: string | null;
  log?: (message: string, fields?: object) => void;
  options?: OpenVectorsOptions;
}): Promise<SpaceVectors> {
  const { source, folder, log = () => {}, options = {} } = o;
  const { exactBelow = 10_000 } = options;
  const turns = createTurns();
  const library = await (options.loadHnsw ?? loadHnsw)();
  let exact = await loadExact(source, turns);
  const hnsw: Accelerator | null =
    library &&
    startAccelerator({
      library,
      source,
      folder,
      turns,
      log,
      exact: () => exact,
      options: { ...acceleratorDefaults, tuneFrom: exactBelow, ...options },
    });
  let closing: Promise<void> | undefined;
  const assertOpen = (): void => {
    if (closing) throw new PixkinError('closed', 'the index is closed');
  };

  return {
    async search(query, k, { allowed, exact: wanted, signal } = {}) {
      assertOpen();
      const common = signal ? { signal } : {};
      const narrowed = { ...common, ...(allowed && { allowed }) };
      const plan = choosePlan({
        k,
        count: exact.size,
        hnsw: hnsw?.state() ?? missing,
        exactBelow,
        ...(allowed && { allowed: allowed.size }),
        ...(wanted !== undefined && { exact: wanted }),
      });
      if (!hnsw || plan.ef === undefined) return { hits: await exact.search(query, k, narrowed), plan };

      const found = await hnsw.candidates(query, k, { ...narrowed, ef: plan.ef });
      const hits = await exact.search(query, k, { ...common, allowed: found });
      if (hits.length >= Math.min(k, plan.candidates)) return { hits, plan };
      const instead: Plan = {
        mode: 'exact',
        candidates: plan.candidates,
        note: `exact, because HNSW found ${hits.length} of ${Math.min(k, plan.candidates)}`,
      };
      return { hits: await exact.search(query, k, narrowed), plan: instead };
    },
    async apply(change) {
      assertOpen();
      await exact.apply(change);
      hnsw?.follow(change);
    },
    async rebuild(asked = {}) {
      assertOpen();
      asked.signal?.throwIfAborted();
      await loadExact(source, turns, (fresh) => {
        exact = fresh;
      });
      await hnsw?.rebuild(asked);
    },
    status() {
      const state = hnsw?.state();
      return {
        count: exact.size,
        revision: exact.at,
        hnsw: !state ? 'missing' : state.usable ? 'ready' : state.failed ? 'failed' : 'building',
        hnswCount: hnsw?.size ?? 0,
      };
    },
    async flush() {
      assertOpen();
      await hnsw?.flush();
    },
    close() {
      closing ??= (async () => {
        await hnsw?.close();
        await exact.close();
      })();
      return closing;
    },
  };
}

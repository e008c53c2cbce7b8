import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildInChild } from './build.ts';
import type { ExactIndex } from './exact.ts';
import { type HnswIndex, type HnswLibrary, hnswDefaults } from './hnsw.ts';
import type { Keeper } from './keeper.ts';
import type { Turns } from './turns.ts';

/**
 * A new index for what is in `exact`: a small one comes empty, to be filled in slices; one of `childFrom` contents or more is built in
 * a child process, loaded, and kept where there is a keeper.
 */
export async function makeHnsw(
  exact: ExactIndex,
  o: {
    library: HnswLibrary;
    shape: { m: number; efConstruction: number };
    keeper: Keeper | null;
    childFrom: number;
    turns: Turns;
    signal: AbortSignal;
    onProgress?: (done: number, total: number) => void;
  },
): Promise<HnswIndex> {
  const { library, keeper, turns } = o;
  const { dim, size, at } = exact;
  const shape = { ...o.shape, dim, turns };
  if (size < o.childFrom) return library.create({ ...shape, capacity: size + 64 });

  const scratch = keeper ? null : await mkdtemp(join(tmpdir(), 'pixkin-index-'));
  const path = keeper?.newBin ?? join(scratch!, 'index.bin');
  try {
    const built = await buildInChild(exact, {
      ...{ ...shape, path, signal: o.signal },
      ...(o.onProgress && { onProgress: o.onProgress }),
    });
    const facts = { count: built.count, removed: [], revision: at, ef: hnswDefaults.ef };
    const index = await library.load(path, { ...shape, ...facts });
    await keeper?.publish(index, built);
    return index;
  } finally {
    if (scratch) await rm(scratch, { recursive: true, force: true });
  }
}

import type { Catalog } from '../catalog/catalog.ts';
import type { HeadRow } from '../catalog/tables/heads.ts';
import type { EmbeddingsTable } from '../catalog/tables/spaces.ts';
import type { LoadedHeads } from './loaded.ts';
import { rowsAtOnce, turn } from './pace.ts';

/**
 * Asks a head about everything that its space has, slice by slice, beside whatever is in use. What arrives meanwhile is asked about too: it ends
 * in a turn of the event loop in which nothing is lacking.
 * @param o.onProgress contents that are done, of how many
 */
export async function predictAll(
  catalog: Catalog,
  heads: LoadedHeads,
  { id }: Pick<HeadRow, 'id'>,
  embeddings: EmbeddingsTable,
  o: { signal: AbortSignal; onProgress?: ((done: number, total: number) => void) | undefined },
): Promise<void> {
  const atOnce = rowsAtOnce(heads.load(id));
  const { dim } = embeddings;
  let done = 0;
  for (let since = 0; ; ) {
    // It may have been deleted meanwhile.
    heads.row(id);
    const rows = embeddings.added(since, atOnce);
    const last = rows.at(-1);
    if (!last) return;
    const vectors = new Float32Array(rows.length * dim);
    for (const [i, { vector }] of rows.entries()) vectors.set(vector, i * dim);
    const predictions = heads.predictions(
      id,
      rows.map(({ content }) => content),
      vectors,
    );
    catalog.transaction(() => catalog.predictions.put(id, predictions));
    since = last.revision;
    done += rows.length;
    o.onProgress?.(done, Math.max(done, embeddings.count()));
    await turn();
    o.signal.throwIfAborted();
  }
}

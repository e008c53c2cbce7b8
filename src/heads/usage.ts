/**
 * Which head is in use. Its predictions are those that are shown; another one's are made beside them, and then taken in one transaction.
 */
import type { Catalog } from '../catalog/catalog.ts';
import { PixkinError } from '../errors.ts';
import { requireSpace } from '../head/predict.ts';
import type { Space, Spaces } from '../spaces.ts';
import type { ContentId, HeadId } from '../types.ts';
import type { LoadedHeads } from './loaded.ts';
import { turn } from './pace.ts';
import { predictAll } from './predict-all.ts';

export interface UseOptions {
  readonly signal?: AbortSignal | undefined;
  /** Contents that are predicted, of how many. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface Usage {
  /** Throws `head_not_found`, `other_space`. */
  use(id: HeadId | null, o?: UseOptions): Promise<void>;
  /** Throws `head_not_found`. */
  delete(id: HeadId): void;
  /** Predicts a content whose embedding is being committed, in that transaction. */
  predict(space: Pick<Space, 'id'>, content: ContentId, vector: Float32Array): void;
  close(): Promise<void>;
}

/** Predictions of heads that are not in use any more, taken away in one turn. */
const sweptAtOnce = 1000;

export function createUsage(catalog: Catalog, spaces: Pick<Spaces, 'current'>, heads: LoadedHeads): Usage {
  const closing = new AbortController();
  /** One after the other: two that switch at once would not know which is the last. */
  let switching: Promise<unknown> = Promise.resolve();
  let making: HeadId | null = null;
  let sweeping: Promise<void> | null = null;

  const sweep = async (): Promise<void> => {
    await turn();
    while (!closing.signal.aborted && catalog.predictions.sweep(sweptAtOnce, making) > 0) await turn();
  };
  /** What is left over is not seen; what a full disk stops is taken away the next time. */
  const sweepSoon = (): void => {
    sweeping ??= sweep()
      .catch(() => {})
      .finally(() => {
        sweeping = null;
      });
  };
  sweepSoon();

  const change = async (id: HeadId | null, { signal, onProgress }: UseOptions): Promise<void> => {
    closing.signal.throwIfAborted();
    if (id === null) return catalog.transaction(() => catalog.heads.use(null));
    const { space } = heads.row(id);
    requireSpace({ space }, spaces.current().id);
    making = id;
    try {
      const any = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
      await predictAll(catalog, heads, { id }, spaces.current().embeddings, { signal: any, onProgress });
      // In the same turn: nothing has arrived since.
      requireSpace(heads.row(id), spaces.current().id);
      catalog.transaction(() => catalog.heads.use(id));
    } finally {
      making = null;
      sweepSoon();
    }
  };

  return {
    use(id, o = {}) {
      const changed = switching.then(() => change(id, o));
      switching = changed.catch(() => {});
      return changed;
    },
    delete(id) {
      heads.row(id);
      catalog.transaction(() => catalog.heads.delete(id));
      sweepSoon();
    },
    predict(space, content, vector) {
      const row = catalog.heads.inUse();
      if (row?.space !== space.id) return;
      try {
        catalog.predictions.put(row.id, heads.predictions(row.id, [content], vector));
      } catch (error) {
        // Whoever asks for that head is told; pictures are indexed all the same.
        if (!(error instanceof PixkinError) || error.code !== 'head_damaged') throw error;
      }
    },
    async close() {
      closing.abort(new PixkinError('closed', 'the collection is closed'));
      await switching;
      await sweeping;
    },
  };
}

import type { Catalog } from '../catalog/catalog.ts';
import type { HeadRow } from '../catalog/tables/heads.ts';
import type { PredictionRow } from '../catalog/tables/predictions.ts';
import { PixkinError } from '../errors.ts';
import { decodeHead } from '../head/encode.ts';
import type { Head } from '../head/head.ts';
import type { ContentId, HeadId } from '../types.ts';
import { predictLabels } from './predict.ts';

/** Heads as they come from the catalog. */
export interface LoadedHeads {
  /** Throws `head_not_found`. */
  row(id: HeadId): HeadRow;
  /** With its labels as they are called now: two that were merged are called the same. Throws `head_damaged`. */
  load(id: HeadId): Head;
  /** What a head says of contents, as it is kept. */
  predictions(id: HeadId, contents: readonly ContentId[], embeddings: Float32Array): PredictionRow[];
}

export function createLoadedHeads(catalog: Catalog): LoadedHeads {
  const { heads } = catalog;
  /** The last one that was asked: mostly the one in use. */
  let last: { readonly id: HeadId; readonly head: Head } | undefined;

  /** The same with the numbers of its labels in place of their names: a name may change from one slice to the next. */
  let numbered: { readonly head: Head; readonly ids: readonly number[] } | undefined;

  const decoded = (id: HeadId): Head => {
    if (last?.id !== id) last = { id, head: decodeHead(heads.bytes(id)) };
    return last.head;
  };

  return {
    row(id) {
      const row = heads.find(id);
      if (row) return row;
      throw new PixkinError('head_not_found', `no head has the id ${id}`, { hint: 'indexer heads list tells them' });
    },
    load: (id) => ({ ...decoded(id), labels: heads.labels(id) }),
    predictions(id, contents, embeddings) {
      const head = decoded(id);
      const ids = heads.labelIds(id);
      if (numbered?.ids !== ids) numbered = { head: { ...head, labels: ids.map(String) }, ids };
      return predictLabels(numbered.head, embeddings, 1).map(([best], i) => ({
        content: contents[i]!,
        label: Number(best!.label),
        p: best!.p,
      }));
    },
  };
}

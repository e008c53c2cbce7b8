import type { ContentId, Entry, VectorChange, VectorSource } from '../../../src/types.ts';

/** A catalog's view for an index, in memory. */
export interface MemorySource extends VectorSource {
  /** Commits a change, and gives what the index is told of it. */
  commit(o: { add?: readonly Entry[]; remove?: readonly ContentId[] }): VectorChange;
}

export function createMemorySource(o: { dim: number; space?: string }): MemorySource {
  let revision = 0;
  const added = new Map<ContentId, Entry & { revision: number }>();
  const removed: { content: ContentId; revision: number }[] = [];
  // Map order is order of change: a content that comes back goes to the end.
  let rows: (Entry & { revision: number })[] | null = null;
  return {
    space: o.space ?? '0123456789abcdef',
    dim: o.dim,
    revision: () => revision,
    count: () => added.size,
    added(since, limit) {
      rows ??= [...added.values()];
      let low = 0;
      for (let high = rows.length; low < high; ) {
        const middle = (low + high) >> 1;
        if (rows[middle]!.revision > since) high = middle;
        else low = middle + 1;
      }
      return rows.slice(low, low + limit);
    },
    removed: (since) => removed.filter((row) => row.revision > since).map((row) => row.content),
    commit({ add = [], remove = [] }) {
      revision++;
      rows = null;
      for (const content of remove) {
        added.delete(content);
        removed.push({ content, revision });
      }
      for (const entry of add) if (!added.has(entry.content)) added.set(entry.content, { ...entry, revision });
      return { add, remove, revision };
    },
  };
}

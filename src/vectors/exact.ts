import { PixkinError } from '../errors.ts';
import type { ContentId, Entry, Hit, VectorIndex } from '../types.ts';
import { createRows } from './rows.ts';
import { createTopK } from './top-k.ts';
import { createTurns, type Turns } from './turns.ts';
import { checkContent, checkK, toUnit, unitScale } from './vector.ts';

/** The exact scan, with what the parts beside it read at once. */
export interface ExactIndex extends VectorIndex {
  readonly dim: number;
  readonly size: number;
  /** The revision of the last change. */
  readonly at: number;
  has(content: ContentId): boolean;
  /** A view that the next change may overwrite or take away; undefined where the content is not there. */
  vector(content: ContentId): Float32Array | undefined;
  contents(): Iterable<ContentId>;
  /**
   * Everything, in no order. May be left and taken up again between changes: what is there all the while comes once; what comes or goes
   * meanwhile may be in or not. Vectors are views that the next change may overwrite or take away.
   */
  entries(): Generator<Entry>;
}

const gone = -1;

/** All vectors in memory, every one compared: recall 1, `4 * dim` bytes for each content. */
export function createExactIndex(o: { dim: number; turns?: Turns }): ExactIndex {
  const { dim, turns = createTurns() } = o;
  if (!Number.isInteger(dim) || dim < 1)
    throw new PixkinError('invalid_request', `dim must be an integer >= 1; got ${dim}`);
  const vectors = createRows(dim);
  // A row never moves, so that a scan may rest between two slices; `contents` has `gone` where a row is free.
  const contents: ContentId[] = [];
  const rows = new Map<ContentId, number>();
  const free: number[] = [];
  let at = 0;
  let removals = 0;
  let closed = false;

  const add = ({ content, vector }: Entry, scale: number): void => {
    if (rows.has(content)) return;
    const row = free.pop() ?? contents.length;
    vectors.put(row, vector, scale);
    contents[row] = content;
    rows.set(content, row);
  };
  const remove = (content: ContentId): void => {
    const row = rows.get(content);
    if (row === undefined) return;
    rows.delete(content);
    contents[row] = gone;
    free.push(row);
    removals++;
  };

  function* allRows(): Generator<number> {
    for (let row = 0; row < contents.length; row++) if (contents[row] !== gone) yield row;
  }
  function* rowsOf(allowed: ReadonlySet<ContentId>): Generator<number> {
    for (const content of allowed) {
      const row = rows.get(content);
      if (row !== undefined) yield row;
    }
  }

  const scan = async (query: Float32Array, k: number, allowed?: ReadonlySet<ContentId>, signal?: AbortSignal) => {
    await turns.take(signal);
    const best = createTopK(Math.min(k, rows.size));
    let sinceLook = 0;
    for (const row of allowed ? rowsOf(allowed) : allRows()) {
      best.offer(contents[row]!, Math.max(-1, Math.min(1, vectors.dot(query, row))));
      if (++sinceLook < 64) continue;
      sinceLook = 0;
      if (turns.over()) await turns.take(signal);
    }
    return best.hits();
  };
  // A content that left while the scan rested may be among the hits, and one that left and came back may be there twice.
  const isSound = (hits: readonly Hit[]): boolean =>
    new Set(hits.map((hit) => hit.content)).size === hits.length && hits.every((hit) => rows.has(hit.content));

  return {
    dim,
    get size() {
      return rows.size;
    },
    get at() {
      return at;
    },
    async search(query, k, o = {}) {
      if (closed) throw new PixkinError('closed', 'the index is closed');
      checkK(k);
      const unit = toUnit(query, dim, 'query');
      for (;;) {
        const before = removals;
        const hits = await scan(unit, k, o.allowed, o.signal);
        if (removals === before || isSound(hits)) return hits;
      }
    },
    async apply(change) {
      if (closed) throw new PixkinError('closed', 'the index is closed');
      // All are looked at before one is taken: a change is applied whole or not at all.
      const scales: number[] = [];
      for (const { content, vector } of change.add) {
        checkContent(content);
        if (scales.push(unitScale(vector, dim, `vector of content ${content}`)) % 64 === 0) await turns.take();
      }
      for (const content of change.remove) remove(content);
      for (const [i, entry] of change.add.entries()) {
        add(entry, scales[i]!);
        if (i % 64 === 63) await turns.take();
      }
      at = Math.max(at, change.revision);
    },
    has: (content) => rows.has(content),
    contents: () => rows.keys(),
    vector(content) {
      const row = rows.get(content);
      return row === undefined ? undefined : vectors.view(row);
    },
    *entries() {
      for (const row of allRows()) yield { content: contents[row]!, vector: vectors.view(row) };
    },
    revision: async () => at,
    count: async () => rows.size,
    flush: async () => {},
    async close() {
      closed = true;
      vectors.clear();
      contents.length = free.length = 0;
      rows.clear();
    },
  };
}

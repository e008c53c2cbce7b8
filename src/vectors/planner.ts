import type { Plan } from '../types.ts';

/** What HNSW can do just now. `why`: as a clause, where it cannot. */
export type HnswState =
  | { readonly usable: true; readonly ef: number }
  | { readonly usable: false; readonly why: string; readonly failed?: boolean };

export interface PlanQuestion {
  readonly k: number;
  /** Contents in the index. */
  readonly count: number;
  /** Contents that a filter leaves; absent without a filter. */
  readonly allowed?: number;
  /** What the request asks for; absent: choose. */
  readonly exact?: boolean;
  readonly hnsw: HnswState;
  /** Collections smaller than this are scanned. */
  readonly exactBelow: number;
}

/**
 * Up to this many rows for each candidate that HNSW keeps, a scan is as fast, finds everything and, unlike HNSW, yields between slices.
 * Measured at 1,280 numbers: a candidate costs HNSW 4 to 13 microseconds of holding the event loop, a row costs the scan .2 to .9.
 */
const rowsForCandidate = 15;

/** So many times `k` HNSW keeps: the last of its candidates are the worst found. */
const spare = 1.5;
/** The same of the contents that a filter leaves, where these lie everywhere; and how many times as many as without a filter at most. */
const spareFiltered = 3;
const mostWidened = 2;

/** Which search runs. A narrow filter makes HNSW keep more candidates, until the scan of what is left is cheaper. */
export function choosePlan(q: PlanQuestion): Plan {
  const candidates = Math.min(q.allowed ?? q.count, q.count);
  const exact = (note?: string): Plan => ({ mode: 'exact', candidates, ...(note === undefined ? {} : { note }) });
  if (q.exact === true) return exact();
  if (!q.hnsw.usable) return exact(q.exact === false ? `exact, because ${q.hnsw.why}` : undefined);

  const narrowed = Math.max(1, q.count) / Math.max(1, candidates);
  const ef =
    q.allowed === undefined
      ? Math.max(q.hnsw.ef, Math.ceil(spare * q.k))
      : Math.ceil(Math.max(q.hnsw.ef * Math.min(narrowed, mostWidened), spareFiltered * q.k * narrowed));
  const hnsw: Plan = { mode: 'hnsw', candidates, ef };
  if (q.exact === false) return hnsw;
  if (q.count < q.exactBelow) return exact();
  return candidates <= rowsForCandidate * ef ? exact() : hnsw;
}

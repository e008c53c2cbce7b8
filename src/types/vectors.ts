/** Nearest neighbours by cosine. */
import type { ContentId, SpaceId } from './pictures.ts';

/** One content's vector: unit length, `dim` numbers. */
export interface Entry {
  readonly content: ContentId;
  readonly vector: Float32Array;
}

/** `score`: cosine similarity, -1 to 1. */
export interface Hit {
  readonly content: ContentId;
  readonly score: number;
}

export interface VectorChange {
  readonly add: readonly Entry[];
  readonly remove: readonly ContentId[];
  /** The catalog's revision that this change brings the index to. */
  readonly revision: number;
}

/** Nearest neighbours by cosine, keyed by content. Adding a content that is there already replaces nothing: vectors are immutable. */
export interface VectorIndex {
  /** At most `k` hits, best first; equal scores by content, smallest first. */
  search(
    query: Float32Array,
    k: number,
    o?: { allowed?: ReadonlySet<ContentId>; ef?: number; signal?: AbortSignal },
  ): Promise<Hit[]>;
  apply(change: VectorChange): Promise<void>;
  revision(): Promise<number>;
  count(): Promise<number>;
  /** Makes what was applied durable, where the index has a file. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** The catalog as an index sees it: the embeddings of one space, and what changed since a revision. */
export interface VectorSource {
  readonly space: SpaceId;
  readonly dim: number;
  /** Last committed revision of this space; grows with every change, 0 when nothing ever was. */
  revision(): number;
  count(): number;
  /** Embeddings there are now with `revision > since`, oldest change first, at most `limit`. */
  added(since: number, limit: number): readonly (Entry & { readonly revision: number })[];
  /** Contents removed with `revision > since`. */
  removed(since: number): readonly ContentId[];
}

/** Which search ran and over how many contents, as the answer says it. */
export interface Plan {
  readonly mode: 'exact' | 'hnsw';
  readonly candidates: number;
  readonly ef?: number;
  /** Why it was not the one that was asked for. */
  readonly note?: string;
}

/** All searching of one space: the exact scan, HNSW beside it where it can be had, and the choice between them. */
export interface SpaceVectors {
  search(
    query: Float32Array,
    k: number,
    o?: {
      allowed?: ReadonlySet<ContentId>;
      exact?: boolean;
      signal?: AbortSignal;
    },
  ): Promise<{ readonly hits: Hit[]; readonly plan: Plan }>;
  apply(change: VectorChange): Promise<void>;
  /** Throws the derived files away and builds them again from the catalog. */
  rebuild(o?: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void }): Promise<void>;
  status(): VectorsStatus;
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface VectorsStatus {
  readonly count: number;
  readonly revision: number;
  /** Unless it is `ready` the exact scan serves. `missing`: hnswlib-node is not installed. */
  readonly hnsw: 'ready' | 'building' | 'failed' | 'missing';
  /** Vectors that HNSW holds now. */
  readonly hnswCount: number;
}

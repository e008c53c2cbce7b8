/** Spaces, and moves between them. */
import type { SpaceId } from './pictures.ts';

/** How the numbers of the layer where a network is cut become one vector; `none`: flattened. */
export type Pooling = 'none' | 'avg' | 'max' | 'gem';

/** A network as somebody names it. */
export interface NetworkChoice {
  /** Its name, or its folder; absent: the current one, and what else is absent as it has it now. */
  readonly backbone?: string | undefined;
  /** Absent: as its manifest says. */
  readonly pooling?: Pooling | undefined;
  /** The layer that it is cut after; absent: as its manifest says. */
  readonly cut?: string | undefined;
  /** So many numbers, by a projection fitted on the library itself; absent: all that the network gives. */
  readonly project?: number | undefined;
}

/** One space as people are told of it. */
export interface SpaceRecord {
  readonly id: SpaceId;
  readonly backbone: string;
  /** Name or absolute path of the network's folder. Never leaves the server in an HTTP answer to somebody without the write token. */
  readonly folder: string;
  /** null: as the manifest of its network says. */
  readonly pooling: Pooling | null;
  readonly cut: string | null;
  /** The space whose vectors it projects; null: it projects none. */
  readonly base: SpaceId | null;
  /** Numbers in one embedding. */
  readonly dim: number;
  /** It answers unless another one is asked for. */
  readonly current: boolean;
  /** `rollback` goes back to it. */
  readonly previous: boolean;
  /** Contents that it has an embedding of, also of pictures that are kept for the grace time. */
  readonly embedded: number;
  /** Contents in results that it has none of yet. */
  readonly lacking: number;
  /** Contents in results that its network could not embed. */
  readonly failed: number;
  /** Part of the contents in results, less those that failed, that it has: 0 to 1. */
  readonly coverage: number;
  /** On the disk: embeddings, index files, compiled network. */
  readonly bytes: number;
}

/** What a rebuild does: in the current space, or with any of the fields of NetworkChoice a move to another, or back. */
export interface RebuildOptions extends NetworkChoice {
  /** The index only: nothing is embedded. */
  readonly fromCache: boolean;
  /** After the switch, frees the space that was left. */
  readonly dropOld?: boolean;
  /** Goes back to the previous space at once, and then embeds what arrived since. */
  readonly rollback?: boolean;
  /** Changes nothing: the job's result is a RebuildPlan. */
  readonly dryRun?: boolean;
}

/** What a rebuild would do. */
export interface RebuildPlan {
  /** null: a projection that is not fitted yet. */
  readonly space: SpaceId | null;
  readonly backbone: string;
  readonly pooling: Pooling | null;
  /** Numbers in one embedding. */
  readonly dim: number;
  /** Pictures that would go through the network. */
  readonly pictures: number;
  /** Pictures that the space has already, or takes from the space that it projects. */
  readonly embedded: number;
  /** Pictures a second, measured on `sample` of them just now; null where there is nothing to embed, or none could be read. */
  readonly rate: number | null;
  readonly sample: number;
  /** How long it would take. */
  readonly seconds: number | null;
  /** On the disk when it is done: embeddings and index. */
  readonly bytes: number;
  /** In memory while that space is the current one. */
  readonly memory: number;
}

/** What a rebuild job ends with. */
export interface Rebuilt {
  readonly space: SpaceId;
  /** Pictures that went through the network. */
  readonly embedded: number;
  /** Pictures that it could not embed: known failures of that space. */
  readonly failed: number;
  /** Vectors in its index. */
  readonly vectors: number;
  /** The space that was freed. */
  readonly dropped?: SpaceId;
  /** Contents in results that still have no classes, where classes are stored and some lack them: their files cannot be read. */
  readonly unclassified?: number;
}

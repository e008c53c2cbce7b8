import type { ClassesTable } from '../catalog/tables/classes.ts';
import type { EmbeddingsTable, SpaceRow } from '../catalog/tables/spaces.ts';
import type { ContentId, FileFacts, JobControl, NetworkChoice, SpaceId, SpaceVectors, Workers } from '../types.ts';

/** One space with all that works in it. */
export interface Space {
  readonly id: SpaceId;
  /** Name of its network. */
  readonly backbone: string;
  /** Numbers in one embedding. */
  readonly dim: number;
  /** Versions of what computes it, kept beside each embedding. */
  readonly provenance: string;
  readonly workers: Workers;
  readonly embeddings: EmbeddingsTable;
  readonly vectors: SpaceVectors;
  /** The space that this one projects; absent: it projects none. */
  readonly base?: BaseSpace;
  readonly classes: ClassesTable;
  /** Classes are stored with every embedding. */
  readonly storesClasses: boolean;
}

/** What a projecting space takes from the one that it projects, in place of another run of the same network. */
export interface BaseSpace {
  /** The projected vector of a content, not normalised; undefined where the base does not have it. */
  vector(content: ContentId): Float32Array | undefined;
  /** Stores the classes that the base has of a content. */
  copyClasses(content: ContentId): void;
}

/** A network that was found, and the space that it makes; nothing of it is open. */
export interface FoundNetwork {
  /** What the catalog remembers of that space. */
  readonly row: Omit<SpaceRow, 'id'>;
  open(): Promise<Space>;
  /** Processes that run it, without its space. */
  workers(): Promise<Workers>;
}

/** How networks are found, and what of a space lies outside the catalog. */
export interface Networks {
  /** @param current what an absent backbone stands for. Throws `backbone_not_found`, `backbone_invalid`, `invalid_request`. */
  find(choice: NetworkChoice, current: SpaceRow): Promise<FoundNetwork>;
  /** The network of a space that the catalog knows. Throws as `find` does, and `other_space` where it makes another space now. */
  recall(row: SpaceRow): Promise<FoundNetwork>;
  /** Bytes of a space's files. */
  bytes(row: SpaceRow): number;
  /** Removes a space's files: they are derived. */
  forget(row: SpaceRow): Promise<void>;
}

/** What the work of a rebuild job is handed. */
export interface SpacesJob {
  readonly control: JobControl;
  /** Takes a file as it is now, as a sweep does. */
  readonly refresh: (file: FileFacts) => Promise<unknown>;
  /** Called with each new embedding, in the transaction that commits it. */
  readonly predict?: ((space: Space, content: ContentId, vector: Float32Array) => void) | undefined;
  /** Called when the current space lacks nothing, before another one is dropped. */
  readonly completed?: (() => Promise<void>) | undefined;
}

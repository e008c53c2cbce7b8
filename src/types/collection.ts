/** The collection as a whole. */
import type { FailureRecord, FileFacts, KnownFile, Outcome, RootRecord, Roots } from './files.ts';
import type { Heads } from './heads.ts';
import type { JobRecord, Jobs } from './jobs.ts';
import type { Labels } from './labels.ts';
import type { Embedding, HeadId, ImageId, SpaceId } from './pictures.ts';
import type {
  Classified,
  ClassifyOptions,
  ClassQuery,
  ImageAddress,
  ImageRecord,
  LabelQuery,
  PictureQuery,
  Query,
  SearchOptions,
  SearchResult,
} from './search.ts';
import type { RebuildOptions, SpaceRecord } from './spaces.ts';
import type { VectorsStatus } from './vectors.ts';
import type { DeviceReport, WorkersStats } from './workers.ts';

export interface ClassesStatus {
  /** New pictures get theirs. */
  readonly stored: boolean;
  /** Contents in results that have classes. */
  readonly classified: number;
  /** Contents in results that were embedded without: a rebuild fills them. */
  readonly lacking: number;
}

export interface LabelsStatus {
  /** New pictures get theirs from folders. */
  readonly fromFolders: boolean;
  /** Contents in results that have a given label. */
  readonly labelled: number;
  /** Contents in results whose folders disagree. */
  readonly conflicts: number;
}

/** The head in use. Counts are of contents in results. */
export interface HeadStatus {
  readonly id: HeadId;
  /** How many it tells apart. */
  readonly labels: number;
  /** It says what they are, whether they have a given label or not. */
  readonly predicted: number;
  /** It is too unsure of them. */
  readonly unknown: number;
}

export interface CollectionStatus {
  /** In results now. */
  readonly images: number;
  readonly contents: number;
  readonly quarantined: number;
  /** Since the process started. */
  readonly inferences: number;
  readonly space: SpaceId;
  readonly backbone: string;
  readonly dim: number;
  /** null until the network was first used. */
  readonly device: DeviceReport | null;
  readonly vectors: VectorsStatus;
  /** null where the network tells no classes apart. */
  readonly classes: ClassesStatus | null;
  readonly labels: LabelsStatus;
  readonly head: HeadStatus | null;
  readonly workers: WorkersStats;
  readonly roots: readonly RootRecord[];
}

/** Everything that is known of the pictures, in one data folder. `src/collection.ts` is the one implementation. */
export interface Collection {
  readonly roots: Roots;
  readonly labels: Labels;
  readonly heads: Heads;
  readonly jobs: Jobs;
  /** Loads the network, so that a set-up error shows before the first picture does. */
  ready(): Promise<DeviceReport>;
  /** Every path of a root that is in results or in quarantine. */
  known(root: string): ReadonlyMap<string, KnownFile>;
  /**
   * Makes the catalog and the index equal to one file. A picture that cannot be read is an outcome (`failed`), not a rejection.
   * `gone` tells whether a path that is in the catalog with the same bytes has vanished: then this file is that image, renamed.
   */
  ingest(
    file: FileFacts,
    o?: { gone?: (root: string, path: string) => Promise<boolean>; signal?: AbortSignal },
  ): Promise<Outcome>;
  /** Takes vanished paths out of results (and out of quarantine). One `removed` for each that was there. */
  forget(root: string, paths: readonly string[]): Promise<Outcome[]>;
  search(query: Query, o?: SearchOptions): Promise<SearchResult>;
  /**
   * What the head in use says of a picture, or another head; where none is in use, or a network is named, the classes that the whole network
   * tells apart. Throws `no_classes` where it tells none apart, `head_not_found`, `backbone_not_found`, and the reason code of a picture that
   * cannot be decoded.
   */
  classify(query: PictureQuery, o?: ClassifyOptions): Promise<Classified>;
  /** Throws `image_not_found` or `ambiguous_image`. */
  image(address: ImageAddress): ImageRecord;
  /** By id, at most `limit`; `next` is what to pass as `after` for the next page, or null. */
  images(page?: {
    after?: number;
    limit?: number;
    root?: string;
    classes?: ClassQuery | undefined;
    labels?: LabelQuery | undefined;
  }): {
    images: ImageRecord[];
    next: number | null;
  };
  /** Absolute path of an image's file. Throws `root_offline` where it cannot be there. */
  file(id: ImageId): string;
  /** The stored embedding of an image in the current space. */
  embedding(id: ImageId): Embedding;
  /** A JPEG, the longer side at most `edge` pixels. */
  thumbnail(id: ImageId, edge: number): Promise<Uint8Array>;
  failures(): FailureRecord[];
  /**
   * Embeds what the current space lacks (unless `fromCache`), then builds its index again from the catalog. With a `backbone`
   * of another space: embeds everything in that one beside the current one, and switches when it is complete. Where the same
   * is under way already, that job. Throws `busy` where another one is.
   */
  rebuild(o: RebuildOptions): JobRecord;
  /** Every space that there is, the current one first. */
  spaces(): SpaceRecord[];
  /**
   * Frees the embeddings, heads, index files and compiled network of a space that is not in use; what it was. `space` as in SearchOptions.
   * Throws `space_not_found`, `space_in_use`.
   */
  dropSpace(space: string): Promise<SpaceRecord>;
  /** Called with every outcome; returns what ends that. */
  subscribe(listener: (outcome: Outcome) => void): () => void;
  status(): CollectionStatus;
  /** Resolves when the index holds everything and its files are written. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

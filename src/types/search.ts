/** What is asked, and what is answered. */
import type { Crop, HeadId, ImageId, ImageKind, Sha256, SpaceId } from './pictures.ts';
import type { Plan } from './vectors.ts';

/** An image by number, or by path. `root` may be left out where the path is in one root only. */
export type ImageAddress = { readonly id: ImageId } | { readonly image: string; readonly root?: string };

/** One picture, or a part of it. */
export type PictureQuery =
  | { readonly address: ImageAddress; readonly crop?: Crop }
  | { readonly content: Sha256; readonly crop?: Crop }
  | { readonly upload: Uint8Array; readonly crop?: Crop };

/** What is like this? */
export type Query =
  | PictureQuery
  /** `space`: the id of the one that it was made in, where that is known. */
  | { readonly vector: readonly number[] | Float32Array; readonly space?: SpaceId }
  | {
      readonly positive: readonly Query[];
      readonly negative: readonly Query[];
    };

export interface SearchOptions {
  /** 1 to 1000; counts images. */
  readonly k?: number;
  readonly offset?: number;
  /** Least cosine similarity, -1 to 1. */
  readonly minScore?: number;
  /** true: exact scan; false: HNSW; absent: the planner decides. */
  readonly exact?: boolean;
  /** Keep the query's own image in the results. */
  readonly includeSelf?: boolean;
  /** A space other than the current one: its id, the beginning of it, or its backbone's name. */
  readonly space?: string;
  readonly classes?: ClassQuery | undefined;
  readonly labels?: LabelQuery | undefined;
  readonly signal?: AbortSignal;
}

/** Only pictures that have any of these among their stored classes. */
export interface ClassQuery {
  /** Each a name or a wnid; the case does not matter. A name that several classes have means all of them. */
  readonly anyOf: readonly string[];
  /** Least probability, 0 to 1; absent: 0.1. */
  readonly minP?: number | undefined;
}

/** `given`: what a person, a folder or a CSV said. `predicted`: what the head in use says where nothing was given. */
export type LabelSource = 'given' | 'predicted';

/** Only pictures with some labels: the given one counts, and where there is none, the predicted one. */
export interface LabelQuery {
  /** Only pictures with any of these. */
  readonly anyOf?: readonly string[] | undefined;
  /** No pictures with any of these; those without a label stay. */
  readonly noneOf?: readonly string[] | undefined;
  /** Absent: both. */
  readonly source?: LabelSource | undefined;
  /** Least probability of a prediction, 0 to 1; absent: the head's own threshold. */
  readonly minP?: number | undefined;
}

/** What a network says of a picture: the name of one class, and how probable it is, to six decimals. */
export interface LabelScore {
  readonly label: string;
  /** 0 to 1. */
  readonly p: number;
  /** WordNet id, or what else tells classes of the same name apart. */
  readonly wnid?: string;
}

export interface ClassifyOptions {
  /** How many classes, 1 to 1000; absent: 3. */
  readonly top?: number | undefined;
  /** The classes of a whole network, by its name or the path of its folder: also where a head is in use. */
  readonly backbone?: string | undefined;
  /** A head, in whichever space it is; absent: the one in use, or the whole network where none is. Not together with `backbone`. */
  readonly head?: HeadId | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Classified {
  /** Most probable first. */
  readonly predictions: readonly LabelScore[];
  /** Name of the network that said so, or that the head is over. */
  readonly backbone: string;
  /** The head that said so; null: the network's own classes. */
  readonly head: HeadId | null;
}

export interface ImageRecord {
  readonly id: ImageId;
  readonly root: string;
  readonly image: string;
  readonly content: Sha256;
  readonly bytes: number;
  readonly kind: ImageKind;
  readonly width: number;
  readonly height: number;
  readonly takenAt: string | null;
  readonly phash: string;
  /** Its root is offline: the picture cannot be read now. */
  readonly offline: boolean;
  /** What was given, by a person, a folder or a CSV. */
  readonly label: string | null;
  /** What the head in use says. */
  readonly prediction: Prediction | null;
  /** Its most probable classes, best first, where they were stored when it was indexed. */
  readonly classes?: readonly LabelScore[];
}

/** `p`: 0 to 1. */
export interface Prediction {
  readonly label: string;
  readonly p: number;
}

export interface ScoredImage extends ImageRecord {
  readonly score: number;
}

export interface SearchResult {
  /** The indexed image that was asked about, or null for anything else. */
  readonly query: {
    readonly root: string;
    readonly image: string;
    readonly id: ImageId;
  } | null;
  readonly space: SpaceId;
  readonly tookMs: number;
  readonly timings: { readonly embed: number; readonly search: number };
  readonly plan: Plan;
  readonly results: readonly ScoredImage[];
  /** Where the next page starts, or null when there is none. */
  readonly nextOffset: number | null;
}

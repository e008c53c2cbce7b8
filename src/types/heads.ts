/** The heads of a collection. */
import type { JobRecord } from './jobs.ts';
import type { Split } from './labels.ts';
import type { HeadId, SpaceId } from './pictures.ts';
import type { ImageRecord } from './search.ts';
import type { Head, HeadEvaluation, HeadOptions, ResolvedHeadOptions } from './training.ts';
import type { ResolvedTuneOptions, TuneRequest, Tuning } from './tuning.ts';

/** How a head is to be trained. */
export interface HeadRequest extends HeadOptions {
  /** A space other than the current one, as in SearchOptions. */
  readonly space?: string | undefined;
  /** It predicts as soon as it is trained; absent: true. Not in a space that is not the current one. */
  readonly use?: boolean | undefined;
}

/** One trained head, as lists tell of it. */
export interface HeadRecord {
  readonly id: HeadId;
  /** It is tied to that space. */
  readonly space: SpaceId;
  /** Name of that space's network. */
  readonly backbone: string;
  readonly labels: readonly string[];
  /** What it says is shown, and searched by. One at most is in use, and only one of the current space. */
  readonly inUse: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Labelled contents on each side. */
  readonly pictures: { readonly train: number; readonly validation: number; readonly test: number };
  /** Part of the pictures for testing, else of the held-out ones, that it is right about; null where there are none. 0 to 1. */
  readonly accuracy: number | null;
  /** Below that probability a picture is unknown, 0 to 1. */
  readonly threshold: number;
  /** Fingerprint of what it was trained on. */
  readonly data: string;
}

/** All that is known of a head but its numbers. */
export interface HeadDetail extends HeadRecord {
  readonly options: ResolvedHeadOptions | ResolvedTuneOptions;
  readonly temperature: number;
  /** Null where it was trained on stored embeddings. */
  readonly tuning: Tuning | null;
  readonly evaluation: HeadEvaluation;
}

/** A picture of which a head that had not seen it said something else than was given. `p`: of what it said, 0 to 1. */
export interface HeadMistake {
  readonly image: ImageRecord;
  readonly split: Split;
  readonly given: string;
  readonly predicted: string;
  readonly p: number;
}

/** A picture whose given label is probably wrong. @see findMislabelled */
export interface SuspectLabel {
  readonly image: ImageRecord;
  readonly given: string;
  readonly suggested: string;
  readonly pGiven: number;
  readonly pSuggested: number;
}

/** A picture without a label that teaches a head much. `uncertainty`: 0 to 1. */
export interface UnsurePicture {
  readonly image: ImageRecord;
  readonly uncertainty: number;
}

/** What there is to see of a head's quality. Pictures that have left the results are not in it; lists are cut at the asked limit. */
export interface HeadReport {
  readonly head: HeadDetail;
  /** Most confident first; of the cross-validation, too. */
  readonly mistakes: readonly HeadMistake[];
  readonly mistakeCount: number;
  /** Most suspect first. */
  readonly mislabelled: readonly SuspectLabel[];
  readonly mislabelledCount: number;
  /** Most useful first. */
  readonly nextToLabel: readonly UnsurePicture[];
}

/** Classifiers over embeddings, trained on the given labels. */
export interface Heads {
  /** Newest first. */
  list(): HeadRecord[];
  /** Throws `head_not_found`. */
  get(id: HeadId): HeadDetail;
  /** The head itself, with its labels as they are called now. Throws `head_not_found`, `head_damaged`. */
  load(id: HeadId): Head;
  /** What its space does to the vectors of its network; null: nothing. `components`: rows of as many numbers as `mean`. Throws `head_not_found`. */
  projection(id: HeadId): { readonly mean: Float32Array; readonly components: Float32Array } | null;
  /**
   * A job of kind `train`; its result is a HeadRecord. What makes a training fail is said at once where that can be known.
   * The same request again while it runs is that job; after a kill it goes on where that one was. Throws `training_data_invalid`, `invalid_request`, `space_not_found`, `busy` where another one runs.
   */
  train(request: HeadRequest): JobRecord;
  /**
   * A job of kind `train`, too: pictures go through the network, of which some layers or all are trained with the head. It ends with a network in the
   * collection's own, and with a head of its space, which is in use when the collection moves there; its result is that head. Throws as `train`
   * does, and `backbone_not_found`, `backbone_invalid`.
   */
  tune(request: TuneRequest): JobRecord;
  /** Predicts every picture with another head, then takes its predictions in place of the old ones; null: none is in use. Throws `head_not_found`, `other_space`. */
  use(id: HeadId | null): Promise<HeadRecord | null>;
  /** What it was; where it was in use nothing is predicted any more. Throws `head_not_found`. */
  delete(id: HeadId): HeadRecord;
  /** @param o.limit of each list, 0 to 1000; absent: 50 */
  report(id: HeadId, o?: { limit?: number }): Promise<HeadReport>;
}

/**
 * What a tuning run is given, and what comes of it.
 */
import type { Head } from '../head/head.ts';
import type { Split } from '../head/split.ts';
import type { TrainingBackend } from '../training/protocol.ts';
import type { TrainingReport } from '../training/run.ts';
import type { Comparison, DeviceReport, NetworkChoice, Sha256, SpaceId, TrainingStep } from '../types.ts';
import type { TuneOptions } from './options.ts';

/** One labelled content. */
export interface TunePicture {
  readonly content: Sha256;
  /** Files with these bytes, absolute; the first one that has them still is read. */
  readonly paths: readonly string[];
  readonly label: string;
  /** 64-bit perceptual hash, 16 lower-case hexadecimal digits. */
  readonly phash: string;
  readonly split?: Split | null | undefined;
}

export interface TuneTask {
  /** The collection's data folder: the run is kept in `runs/<name>`, the tuned network becomes `models/<name>`. */
  readonly data: string;
  /** As a network's name; absent: made of the network's. */
  readonly name?: string | undefined;
  /** What is tuned; from scratch also an architecture of which no weights are here. */
  readonly network: NetworkChoice & { readonly backbone: string };
  /** The same ones in the same order give the same result: sort them by content. */
  readonly pictures: readonly TunePicture[];
  readonly options: TuneOptions;
  /** Absent: auto. */
  readonly backend?: TrainingBackend | undefined;
  /** How often the run is kept; absent: every 30 seconds, and at each best look. */
  readonly checkpoint?: { readonly everyMs?: number | undefined; readonly everySteps?: number | undefined } | undefined;
}

/** One look at the held-out pictures; the phase is `head` or `tune`. Epochs and steps of the second phase are counted on. */
export type TuneProgress = TrainingStep;

/** Work before and between the looks. */
export interface TuneWork {
  /** `pictures`: decoded, and through the frozen layers. `steps`: of both phases. `embeddings`: through the tuned network. */
  readonly what: 'pictures' | 'steps' | 'embeddings';
  readonly done: number;
  readonly total: number;
}

export type { Comparison };

export interface Tuned {
  /** The run's and the network's name: not the one that was asked for where that belonged to another. */
  readonly name: string;
  /** `data/runs/<name>`, absolute. */
  readonly run: string;
  /** `data/models/<name>`, absolute. */
  readonly network: string;
  /** The space that the tuned network makes. */
  readonly space: SpaceId;
  /** A head of that space, trained jointly. */
  readonly head: Head;
  /** The head as bytes. @see decodeHead */
  readonly bytes: Uint8Array;
  /** Places are those in the task's pictures. */
  readonly report: TrainingReport;
  readonly comparison: Comparison;
  readonly device: DeviceReport;
}

/** What the options of a run ask for, checked by who is to run it. @see tuneNetwork */
export type { TuneOptions };

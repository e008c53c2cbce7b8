/** Long work. */
import type { Outcome } from './files.ts';
import type { FitRecord } from './training.ts';

export type JobKind = 'index' | 'rebuild' | 'train';

export type JobState = 'running' | 'done' | 'failed' | 'cancelled';

/** Long work: asked about, listened to, cancelled. */
export interface JobRecord {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly done: number;
  /** null while it is not known yet. */
  readonly total: number | null;
  /** Items a second over the last seconds; null before the first. */
  readonly rate: number | null;
  readonly secondsLeft: number | null;
  /** What whoever started it should know, said while it runs. */
  readonly notes?: readonly string[];
  /** What it ended with: an index job's Summary. */
  readonly result: unknown;
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string } | null;
}

export type JobEvent =
  | { readonly type: 'progress'; readonly job: JobRecord }
  | { readonly type: 'outcome'; readonly outcome: Outcome }
  | { readonly type: 'training'; readonly training: TrainingStep }
  | { readonly type: 'end'; readonly job: JobRecord };

/** One look of a training at the held-out pictures. */
export interface TrainingStep extends FitRecord {
  /** Which part of the training: `fit`, `cross-validation`, `refit`; where pictures go through the network, `head` and `tune`. */
  readonly phase: string;
  /** 1 for the first; null outside the cross-validation. */
  readonly fold: number | null;
  /** What `epoch` will be when this part ends, if it does not end early. */
  readonly epochs: number;
  /** Steps of the whole training. */
  readonly done: number;
  readonly total: number;
}

/** What a job's work is handed. */
export interface JobControl {
  readonly signal: AbortSignal;
  progress(done: number, total: number | null): void;
  outcome(outcome: Outcome): void;
  training(step: TrainingStep): void;
  /** Adds to the job's notes. */
  note(message: string): void;
}

export interface Jobs {
  /** Starts at once; the work's value becomes the job's `result`, an abort makes it `cancelled`. Throws `closed`. */
  start(kind: JobKind, work: (control: JobControl) => Promise<unknown>): JobRecord;
  /** Throws `job_not_found`. */
  get(id: string): JobRecord;
  list(): JobRecord[];
  /** Asks it to stop; resolves when it has. */
  cancel(id: string): Promise<JobRecord>;
  /** From now to the job's end; a job that has ended yields its end only. */
  events(id: string): AsyncIterable<JobEvent>;
}

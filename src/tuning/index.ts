/** Networks tuned with a head, or trained from scratch: the entrance of this folder. */
export type { AugmentOptions } from './augment/index.ts';
export {
  type BatchNormMode,
  headOptionsOf,
  type ResolvedTuneOptions,
  resolveTuneOptions,
  type TuneOptions,
} from './options.ts';
export { ownRuns, type RunRecord } from './run-folder.ts';
export type { Comparison, Tuned, TunePicture, TuneProgress, TuneTask, TuneWork } from './task.ts';
export { type TuneControl, tuneNetwork } from './tune.ts';

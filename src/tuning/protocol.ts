/**
 * What the tuning process and who started it say to each other. The order goes through the process's stdin, since its pictures may be too many for
 * an argument; what comes back are structured clones.
 */
import type { Failed } from '../training/child.ts';
import type { TrainingBackend } from '../training/protocol.ts';
import type { TrainingReport } from '../training/run.ts';
import type { DeviceReport, SpaceId } from '../types.ts';
import type { DecodeLimits } from './decode.ts';
import type { Comparison, TuneProgress, TuneTask, TuneWork } from './task.ts';

/** What the process is to do. */
export interface Order extends Pick<TuneTask, 'network' | 'pictures' | 'options' | 'checkpoint'> {
  /** The folder of the run, absolute. */
  readonly run: string;
  readonly name: string;
  readonly key: string;
  /** Where networks are looked for by name. */
  readonly folders: readonly string[];
  readonly backend: TrainingBackend;
  readonly limits: Partial<DecodeLimits>;
}

/** What a run ends with; kept in its folder, beside the network. */
export interface Result {
  /** What `encodeHead` gave. */
  readonly head: Uint8Array;
  readonly space: SpaceId;
  readonly report: TrainingReport;
  readonly comparison: Comparison;
  readonly device: DeviceReport;
}

export type Message =
  | { readonly type: 'progress'; readonly progress: TuneProgress }
  | { readonly type: 'work'; readonly work: TuneWork }
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'done'; readonly result: Result }
  | Failed;

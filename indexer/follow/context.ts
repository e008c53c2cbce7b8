/**
 * What the parts of following share.
 */
import type { Collection } from '../../src/index.ts';
import type { Log, OpenNative } from './events.ts';
import type { MaxRemoval } from './guard.ts';
import type { Rules } from './ignore.ts';
import type { Queue } from './queue.ts';

/** How long things wait, in milliseconds. */
export interface Timing {
  /** Between the two looks at which a file must be the same. */
  readonly settle: number;
  /** Events are handled together when nothing came for so long, */
  readonly quiet: number;
  /** and at the latest so long after the first. */
  readonly burst: number;
  /** A new folder is looked through once more after so long. */
  readonly newFolder: number;
  /** A file that looked half-copied is looked at again after each of these. */
  readonly retries: readonly number[];
  /** Between two walks of a root that is watched by polling. */
  readonly poll: number;
  /** Between two looks at whether a root is there. */
  readonly check: number;
}

export const usualTiming: Timing = {
  settle: 250,
  quiet: 120,
  burst: 600,
  newFolder: 1000,
  retries: [2000, 5000, 15_000],
  poll: 1000,
  check: 2000,
};

export interface Context {
  readonly collection: Collection;
  readonly queue: Queue;
  /** Warnings; `info` is for the curious. */
  readonly log: Log;
  readonly info: Log;
  readonly timing: Timing;
  readonly maxRemoval: MaxRemoval;
  readonly watch: 'auto' | 'native' | 'poll' | 'off';
  /** Pictures read at the same time. */
  readonly places: number;
  /** Aborts when the follower closes. */
  readonly closing: AbortSignal;
  readonly openNative: OpenNative | undefined;
  rulesFor(root: string): Rules;
}

/** One picture, over all roots. */
export function fileKey(root: string, path: string): string {
  return `${root}\0${path}`;
}

/** Who follows roots. */
import type { RootRecord } from './files.ts';
import type { JobRecord } from './jobs.ts';

/** What the follower is doing, for `/status` and the progress bar. */
export interface FollowProgress {
  /** Seen, not done. */
  readonly pending: number;
  /** Pictures a second over the last seconds; null before the first. */
  readonly rate: number | null;
  readonly secondsLeft: number | null;
}

/** Follows roots: sweeps, and watches where it was told to. `indexer/follow/follower.ts` is the one implementation. */
export interface Follower {
  /**
   * Remembers a folder; where it is followed already (by its real path), that root. While it watches it also sweeps the new one,
   * unless `sweep` is false: then the caller does. Throws `folder_not_found`, `root_exists`.
   */
  add(path: string, o?: { name?: string; sweep?: boolean }): Promise<RootRecord>;
  remove(name: string): Promise<void>;
  rename(name: string, to: string): Promise<RootRecord>;
  relocate(name: string, path: string): Promise<RootRecord>;
  /** One sweep over these roots (all, when none is named) as a job; its result is a Summary. */
  sweep(names?: readonly string[]): JobRecord;
  /** A sweep over one root in which removals are not held. Throws `nothing_held`. */
  confirm(name: string): JobRecord;
  progress(): FollowProgress;
  /** The file is on the disk under a followed root, and it is neither in results nor in quarantine yet. */
  isPending(image: string, root?: string): Promise<boolean>;
  close(): Promise<void>;
}

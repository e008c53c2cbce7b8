/** Folders that are followed, and what became of their files. */
import type { FailureReason, ImageId, Sha256 } from './pictures.ts';

/** A file as a sweep or an event saw it. `path` is relative to its root, with `/` between its parts. */
export interface FileFacts {
  readonly root: string;
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970, as `stat` gives it. */
  readonly mtimeMs: number;
}

/** What the catalog remembers of a path: enough to see that a file is unchanged. */
export interface KnownFile {
  readonly bytes: number;
  readonly mtimeMs: number;
  /** It is in quarantine. */
  readonly failed: boolean;
}

/** What became of one file. The progress bar, logs, metrics and event streams all read this. */
export type Outcome =
  | {
      readonly type: 'indexed' | 'reused';
      readonly root: string;
      readonly image: string;
      readonly id: ImageId;
      readonly content: Sha256;
    }
  | {
      readonly type: 'unchanged';
      readonly root: string;
      readonly image: string;
    }
  | {
      readonly type: 'removed';
      readonly root: string;
      readonly image: string;
      readonly id: ImageId | null;
    }
  | {
      readonly type: 'failed';
      readonly root: string;
      readonly image: string;
      readonly reason: FailureReason;
      readonly message: string;
      /** It was in quarantine already, for the same reason and with the same facts. */
      readonly again: boolean;
    };

/** `sweeping`: its first sweep runs. `held`: a removal waits for confirmation. `offline`: missing or unreadable. */
export type RootState = 'sweeping' | 'online' | 'held' | 'offline';

export interface RootRecord {
  readonly name: string;
  /** Absolute. Never leaves the server in an HTTP answer to somebody without the write token. */
  readonly path: string;
  readonly state: RootState;
  /** Images in results now. */
  readonly images: number;
  /** Paths that a sweep found gone and that wait for confirmation. */
  readonly held: number;
}

export interface FailureRecord {
  readonly root: string;
  readonly image: string;
  readonly reason: FailureReason;
  readonly message: string;
}

/** The counts of one run, as its summary line says them. */
export interface Summary {
  readonly indexed: number;
  readonly reused: number;
  readonly unchanged: number;
  readonly removed: number;
  /** Failed newly in this run. */
  readonly failed: number;
  /** All that are in quarantine when it ends. */
  readonly quarantined: number;
  /** Files that are no pictures. */
  readonly ignored: number;
  readonly inferences: number;
  readonly seconds: number;
}

export type FileEvent =
  | { readonly type: 'changed' | 'gone'; readonly path: string }
  /** Something may have been missed: only a sweep tells. */
  | { readonly type: 'uncertain'; readonly why: string };

/** Hints about one root, from the operating system or from polling. `path` is relative to the root. */
export interface FolderEvents extends AsyncIterable<FileEvent> {
  close(): Promise<void>;
}

/** The roots as the catalog remembers them. Every method that takes a name throws `root_not_found`. */
export interface Roots {
  list(): RootRecord[];
  get(name: string): RootRecord;
  /** Throws `root_exists` where the name, or the folder, is taken, or one folder lies in the other. */
  add(name: string, path: string): RootRecord;
  rename(name: string, to: string): RootRecord;
  /** The same folder at another place: its images, ids and embeddings stay. */
  relocate(name: string, path: string): RootRecord;
  /** Its images leave the results; their embeddings stay for the grace time. */
  remove(name: string): void;
  setState(name: string, state: RootState, held?: number): void;
}

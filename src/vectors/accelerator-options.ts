import { hnswDefaults } from './hnsw.ts';

/** When HNSW is built, follows and is saved. */
export interface AcceleratorOptions {
  readonly m: number;
  readonly efConstruction: number;
  /** Fewer contents than this are added in this process, in slices; more are built in a child process. */
  readonly childFrom: number;
  /** `ef` is tuned from this many contents on. */
  readonly tuneFrom: number;
  /** While HNSW is at most this many changes behind it is used, and what it lacks is scanned beside it. */
  readonly mostBehind: number;
  /** When HNSW follows after a change, and when files are written after that. Milliseconds. */
  readonly followAfter: { readonly quietMs: number; readonly maxMs: number };
  readonly saveAfter: { readonly quietMs: number; readonly maxMs: number };
  /** How long closing may go on adding. Milliseconds. */
  readonly closeMs: number;
}

export const acceleratorDefaults: AcceleratorOptions = {
  ...hnswDefaults,
  childFrom: 2000,
  tuneFrom: 10_000,
  mostBehind: 1000,
  followAfter: { quietMs: 1000, maxMs: 15_000 },
  saveAfter: { quietMs: 2000, maxMs: 30_000 },
  closeMs: 1500,
};

/**
 * One file on its way into the collection: settled, in its turn, with the facts that were seen just before.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FailureReason, Outcome, RootRecord } from '../../src/index.ts';
import { type Context, fileKey } from './context.ts';
import { identify, presence } from './guard.ts';
import { age, isSettled, look, type Seen, settle } from './settle.ts';

/** `gone`: no such file any more; `unsettled`: somebody still writes to it. */
export type ReadResult = { readonly outcome: Outcome; readonly seen: Seen } | 'gone' | 'unsettled';

/** What a file that is still being copied may look like. */
const halfCopied: ReadonlySet<FailureReason> = new Set(['truncated', 'corrupt', 'zero_bytes']);
/** A file that was touched so lately (ms) may still be copied. */
const lately = 30_000;

interface ReadOptions {
  readonly urgent?: boolean;
  readonly signal?: AbortSignal;
}

type Root = Pick<RootRecord, 'name' | 'path'>;

/** Reads a file if it is settled since an earlier look. */
export function readNow(c: Context, root: Root, path: string, before: Seen, o: ReadOptions): Promise<ReadResult> {
  return c.queue.run(
    fileKey(root.name, path),
    async () => {
      const now = await look(join(root.path, path));
      if (!now) return 'gone';
      if (!isSettled(before, now, c.timing.settle)) return 'unsettled';
      const facts = { root: root.name, path, bytes: now.bytes, mtimeMs: now.mtimeMs };
      const outcome = await c.collection.ingest(facts, {
        gone: (name, other) => isGone(c, root.name, name, other),
        ...(o.signal ? { signal: o.signal } : {}),
      });
      return outcome.type === 'removed' ? 'gone' : { outcome, seen: now };
    },
    o,
  );
}

/** Waits until nobody writes to the file, then reads it. `hinted`: something has just happened to it. */
export async function readSettled(
  c: Context,
  root: Root,
  path: string,
  o: ReadOptions & { hinted?: boolean },
): Promise<ReadResult> {
  for (;;) {
    const seen = await settle(join(root.path, path), { ...o, step: c.timing.settle });
    if (seen === 'gone') return 'gone';
    if (seen === 'restless') {
      c.log('still being written: the next sweep takes it', { root: root.name, image: path });
      return 'unsettled';
    }
    const result = await readNow(c, root, path, seen, o);
    if (result !== 'unsettled') return result;
  }
}

/**
 * Whether a failed file should be looked at again in a while. What cannot be opened may be locked by the program that
 * writes it.
 */
export function isDoubtful(result: ReadResult): boolean {
  if (typeof result === 'string' || result.outcome.type !== 'failed') return false;
  return isUnreadable(result) || (halfCopied.has(result.outcome.reason) && age(result.seen) < lately);
}

/** A file that could not be opened tells nothing by looking unchanged. */
export function isUnreadable(result: ReadResult): boolean {
  return typeof result === 'object' && result.outcome.type === 'failed' && result.outcome.reason === 'unreadable';
}

/**
 * Whether an image of root `name` has left its path, so that a file with its bytes (found in root `finder`) is that
 * image, renamed. Another root must have something in it: an empty mount point tells nothing about its pictures.
 */
async function isGone(c: Context, finder: string, name: string, path: string): Promise<boolean> {
  try {
    const root = c.collection.roots.get(name);
    if (root.state === 'offline' && name !== finder) return false;
    if ((await presence(root.path, path)) !== 'gone' || (await identify(root.path)) === null) return false;
    return name === finder || (await readdir(root.path)).length > 0;
  } catch {
    return false;
  }
}

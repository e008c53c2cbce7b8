/**
 * The reading part of a sweep: many files, those that are still being written last, and a second look at what seemed
 * half-copied.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RootRecord } from '../../src/index.ts';
import type { Context } from './context.ts';
import { inLanes } from './lanes.ts';
import { isDoubtful, isUnreadable, type ReadResult, readNow, readSettled } from './read.ts';
import { isSame, look, type Seen } from './settle.ts';
import type { Tally } from './tally.ts';
import type { FoundFile } from './walk.ts';

/** Files that wait at the same time until nobody writes to them. */
const waitAtOnce = 64;

/**
 * Reads files and counts what became of them.
 * @param seenAt when they were found (`performance.now()`)
 * @returns the paths that were gone when their turn came
 */
export async function readAll(
  c: Context,
  root: Pick<RootRecord, 'name' | 'path'>,
  files: readonly FoundFile[],
  seenAt: number,
  o: { tally: Tally; signal: AbortSignal },
): Promise<string[]> {
  const gone: string[] = [];
  const doubtful: { path: string; seen: Seen; always: boolean }[] = [];
  let left = files.length;
  c.queue.seen(left);

  function finish(path: string, result: ReadResult): void {
    left--;
    c.queue.done();
    o.tally.done();
    if (result === 'gone') gone.push(path);
    if (typeof result === 'string') return;
    const { outcome, seen } = result;
    o.tally.outcome(outcome);
    if (!isDoubtful(result) || (outcome.type === 'failed' && outcome.again)) return;
    doubtful.push({ path, seen, always: isUnreadable(result) });
  }

  /** Reads what has not changed since the walk; returns the rest. */
  async function readSettledOnes(some: readonly FoundFile[]): Promise<FoundFile[]> {
    const rest: FoundFile[] = [];
    const task = async (file: FoundFile) => {
      const result = await readNow(c, root, file.path, { ...file, at: seenAt }, o);
      if (result === 'unsettled') rest.push(file);
      else finish(file.path, result);
    };
    // More lanes than places: the next file is looked at while the ones before it are read.
    await inLanes(some, c.places * 2, task, o.signal);
    return rest;
  }

  try {
    const young = await readSettledOnes(files);
    if (young.length > 0) await sleep(c.timing.settle, undefined, { signal: o.signal });
    const growing = await readSettledOnes(young);
    const wait = async ({ path }: FoundFile) => finish(path, await readSettled(c, root, path, o));
    await inLanes(growing, waitAtOnce, wait, o.signal);
  } finally {
    c.queue.dropped(left);
  }
  if (doubtful.length === 0) return gone;
  // Half-copied, or just broken: another look tells, once the copying program has had time to go on.
  await sleep(c.timing.retries[0] ?? 0, undefined, { signal: o.signal });
  await inLanes(
    doubtful,
    waitAtOnce,
    async ({ path, seen, always }) => {
      const now = await look(join(root.path, path));
      if (!now || (isSame(now, seen) && !always)) return;
      const result = await readSettled(c, root, path, o);
      if (typeof result === 'object') o.tally.outcome(result.outcome);
    },
    o.signal,
  );
  return gone;
}

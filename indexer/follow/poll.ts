/**
 * Watching by looking again and again: for network disks, whose other users the operating system does not report, and
 * where native watching is refused.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FileEvent } from '../../src/index.ts';
import type { Rules } from './ignore.ts';
import { isSame } from './settle.ts';
import { type FoundFile, liesIn, type Walked, walk } from './walk.ts';

/** The pause is at least so many times what the walk took: a large tree on a slow disk is not walked without end. */
const leastRest = 10;

/**
 * Pushes what changed between walks until `signal` aborts. Calls `onReady` after every walk: what changes after the
 * first one is seen.
 * @param o.pause milliseconds between two walks, at least
 */
export async function poll(
  root: string,
  rules: Rules,
  o: { push: (event: FileEvent) => void; onReady: () => void; signal: AbortSignal; pause: number },
): Promise<void> {
  let before: Map<string, FoundFile> | undefined;
  while (!o.signal.aborted) {
    const started = performance.now();
    const walked = await walk(root, rules, { signal: o.signal }).catch(() => undefined);
    if (!walked) return;
    // A root that cannot be read says nothing about its files.
    if (!walked.unreadable.includes('')) {
      const now = new Map(walked.files.map((file) => [file.path, file]));
      if (before) compare(before, now, walked, o.push);
      before = now;
    }
    o.onReady();
    const rest = Math.max(o.pause, leastRest * (performance.now() - started));
    await sleep(rest, undefined, { signal: o.signal }).catch(() => undefined);
  }
}

function compare(
  before: Map<string, FoundFile>,
  now: Map<string, FoundFile>,
  walked: Walked,
  push: (event: FileEvent) => void,
): void {
  for (const [path, file] of now) {
    const old = before.get(path);
    if (!old || !isSame(old, file)) push({ type: 'changed', path });
  }
  for (const [path, file] of before) {
    if (now.has(path)) continue;
    if (liesIn(path, walked.unreadable)) now.set(path, file);
    else push({ type: 'gone', path });
  }
}

/**
 * Waiting until nobody writes to a file any more.
 */
import { lstat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FoundFile } from './walk.ts';

/** A file that nothing happened to for so long (ms) is not being written. */
const quietFor = 2000;

/** What a file looked like, and when (`performance.now()`, ms). */
export interface Seen extends Omit<FoundFile, 'path'> {
  readonly at: number;
}

/** Looks at a file (absolute path); null where no regular file can be seen. */
export async function look(path: string): Promise<Seen | null> {
  try {
    const stat = await lstat(path);
    if (!stat.isFile()) return null;
    return { bytes: stat.size, mtimeMs: stat.mtimeMs, ctimeMs: stat.ctimeMs, at: performance.now() };
  } catch {
    return null;
  }
}

/** Whether nothing at all happened to the file between two looks. */
export function isSame(a: Omit<Seen, 'at'>, b: Omit<Seen, 'at'>): boolean {
  return a.bytes === b.bytes && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}

/** Milliseconds since something happened to the file, by its own times. Negative where the disk's clock is ahead. */
export function age(seen: Omit<Seen, 'at'>): number {
  return Date.now() - Math.max(seen.mtimeMs, seen.ctimeMs);
}

/**
 * Whether a file can be read now: it is old, or it looked the same `step` ms ago. A time in the future says nothing.
 */
export function isSettled(before: Seen, now: Seen, step: number): boolean {
  // Timers may ring a little early.
  return age(now) > quietFor || (isSame(before, now) && now.at - before.at >= step * 0.9);
}

/**
 * Resolves when the file looks the same twice, `step` ms apart: with the first of these two looks.
 * @param o.hinted something has just happened to it, whatever its times say (the clock of a network disk may be wrong)
 * @param o.patience ms after which a file that goes on changing is `restless`
 */
export async function settle(
  path: string,
  o: { step: number; hinted?: boolean; patience?: number; signal?: AbortSignal },
): Promise<Seen | 'gone' | 'restless'> {
  const deadline = performance.now() + (o.patience ?? 60_000);
  let before = await look(path);
  if (!before) return 'gone';
  if (!o.hinted && age(before) > quietFor) return before;
  while (performance.now() < deadline) {
    // Not aborted in the middle: thousands of files may wait, and so many listeners on one signal are slow.
    await sleep(o.step);
    o.signal?.throwIfAborted();
    const now = await look(path);
    if (!now) return 'gone';
    if (isSame(before, now)) return before;
    before = now;
  }
  return 'restless';
}

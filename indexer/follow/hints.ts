/**
 * What becomes of watch events: they are collected for a moment, looked at together, and believed only as far as the
 * disk agrees.
 */
import { setMaxListeners } from 'node:events';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FileEvent, RootRecord } from '../../src/index.ts';
import { compare } from './compare.ts';
import { type Context, fileKey } from './context.ts';
import { presence } from './guard.ts';
import { isDoubtful, isUnreadable, type ReadResult, readSettled } from './read.ts';
import { isSame, look } from './settle.ts';
import { walk } from './walk.ts';

/** Removals by events are counted over so many milliseconds: a large deletion comes in several bursts. */
const removalWindow = 10_000;

/** What one root's hints ask of whoever follows it. */
export interface HintHandler {
  /** Whether the folder that is watched is still the one at its place; if not, takes care of that. */
  isSame(): Promise<boolean>;
  /** Only a sweep can tell. */
  sweepSoon(why: string): void;
}

export interface Hints {
  add(event: FileEvent & { type: 'changed' | 'gone' }): void;
  /** Resolves when nothing is under way any more. What was not begun is dropped: a sweep finds it. */
  close(): Promise<void>;
}

export function createHints(c: Context, name: string, handler: HintHandler): Hints {
  const rules = c.rulesFor(c.collection.roots.get(name).path);
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, c.closing]);
  setMaxListeners(0, signal);
  const running = new Set<Promise<void>>();
  /** Paths on their way; true: something happened to them meanwhile. */
  const reading = new Map<string, boolean>();
  let changed = new Set<string>();
  let gone = new Set<string>();
  let folders = new Set<string>();
  let first = 0;
  let timer: NodeJS.Timeout | undefined;
  let foldersTimer: NodeJS.Timeout | undefined;
  let removals: { at: number; count: number }[] = [];

  function background(work: () => Promise<void>): void {
    const promise = work()
      .catch((error: Error) => {
        if (!signal.aborted) c.log('a watch event could not be followed', { root: name, error: error.message });
      })
      .finally(() => running.delete(promise));
    running.add(promise);
  }

  async function flush(): Promise<void> {
    const batch = { changed, gone };
    changed = new Set();
    gone = new Set();
    timer = undefined;
    if (!(await handler.isSame())) return;
    const root = c.collection.roots.get(name);
    if (root.state === 'offline') return;
    if (batch.gone.size > c.maxRemoval.count) {
      handler.sweepSoon('many files vanished');
      batch.gone.clear();
    }
    const vanished: string[] = [];
    for (const path of batch.gone) {
      const found = await presence(root.path, path);
      if (found === 'gone') vanished.push(path);
      else if (found === 'there') batch.changed.add(path);
    }
    await remove(root, vanished);
    for (const path of batch.changed) background(() => follow(root, path));
  }

  /**
   * Removes at once, so that a deleted picture leaves the results; a large removal is left to a sweep, which may hold
   * it.
   */
  async function remove(root: RootRecord, paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    const now = performance.now();
    removals = removals.filter(({ at }) => now - at < removalWindow);
    const before = removals.reduce((total, { count }) => total + count, 0);
    if (before + paths.length > c.maxRemoval.count) return handler.sweepSoon('many files vanished');
    // Nothing that is being read may come back after it was forgotten.
    await Promise.all(paths.map((path) => c.queue.idle(fileKey(name, path))));
    signal.throwIfAborted();
    const removed = await c.collection.forget(root.name, paths);
    removals.push({ at: now, count: removed.length });
  }

  async function follow(root: RootRecord, path: string): Promise<void> {
    if (path === '') return handler.sweepSoon('the folder itself changed');
    const found = await lstat(join(root.path, path)).catch(() => undefined);
    if (found?.isDirectory()) return lookThrough(path);
    if (!found?.isFile() || !rules.takes(path)) return;
    if (reading.has(path)) {
      reading.set(path, true);
      return;
    }
    reading.set(path, false);
    c.queue.seen(1);
    try {
      const result = await readSettled(c, root, path, { hinted: true, urgent: true, signal });
      if (isDoubtful(result)) background(() => readAgain(root, path, result));
      const now = reading.get(path) ? await look(join(root.path, path)) : null;
      if (now && typeof result === 'object' && !isSame(now, result.seen)) hint({ type: 'changed', path });
    } finally {
      reading.delete(path);
      c.queue.done();
    }
  }

  /** What seemed half-copied is looked at again, a few times. */
  async function readAgain(root: RootRecord, path: string, first: ReadResult): Promise<void> {
    let result = first;
    for (const delay of c.timing.retries) {
      await sleep(delay, undefined, { signal });
      const now = await look(join(root.path, path));
      if (!now || typeof result === 'string') return;
      if (isSame(now, result.seen) && !isUnreadable(result)) continue;
      result = await readSettled(c, root, path, { signal });
      if (!isDoubtful(result)) return;
    }
  }

  /** A new folder: what came into it before it was watched, nobody reports. */
  function lookThrough(folder: string): void {
    folders.add(folder);
    foldersTimer ??= setTimeout(() => {
      const all = [...folders];
      folders = new Set();
      foldersTimer = undefined;
      background(() => compareFolders(topmost(all)));
    }, c.timing.newFolder);
  }

  async function compareFolders(tops: readonly string[]): Promise<void> {
    const root = c.collection.roots.get(name);
    const known = c.collection.known(name);
    for (const under of tops) {
      const { files } = await walk(root.path, rules, { under, signal });
      const { todo } = await compare(c.collection, root, known, files);
      for (const { path } of todo) if (!reading.has(path)) hint({ type: 'changed', path });
    }
  }

  function hint(event: FileEvent & { type: 'changed' | 'gone' }): void {
    if (signal.aborted) return;
    (event.type === 'gone' ? gone : changed).add(event.path);
    if (!timer) first = performance.now();
    clearTimeout(timer);
    const latest = first + c.timing.burst - performance.now();
    timer = setTimeout(() => background(flush), Math.max(0, Math.min(c.timing.quiet, latest)));
  }

  return {
    add: hint,
    async close() {
      ending.abort();
      clearTimeout(timer);
      clearTimeout(foldersTimer);
      while (running.size > 0) await Promise.all(running);
    },
  };
}

/** Folders without most of those that lie in another one of them. */
function topmost(folders: readonly string[]): string[] {
  const tops: string[] = [];
  for (const folder of [...folders].sort()) {
    const last = tops.at(-1);
    if (last === undefined || !folder.startsWith(`${last}/`)) tops.push(folder);
  }
  return tops;
}

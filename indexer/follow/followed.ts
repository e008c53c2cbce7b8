/**
 * One root that is followed: its watcher, its turn to be swept, and whether its folder is there.
 */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from './context.ts';
import { type WatchedFolder, watchFolder } from './events.ts';
import { identify, presence, sample } from './guard.ts';
import { createHints, type Hints } from './hints.ts';
import { type SweepOptions, setOffline, sweepRoot } from './sweep.ts';
import { createTally } from './tally.ts';

/**
 * A first sweep waits so long (ms) for the watcher, which takes seconds for a large tree; if that is not enough, a
 * second sweep follows.
 */
const watcherPatience = 500;

export interface Followed {
  /** Sweeps when it is this root's turn. */
  sweep(o: Omit<SweepOptions, 'first'>): Promise<void>;
  /** A sweep that nobody waits for, unless one is waiting for its turn already. */
  sweepSoon(why: string): void;
  /** Begins to watch where the folder is there; `check` does it later where it is not. */
  watch(): Promise<void>;
  /** Looks whether the folder is there: goes offline, or comes back. */
  check(): Promise<void>;
  /** Ends watching and sweeping; resolves when nothing is under way. */
  stop(): Promise<void>;
}

export function createFollowed(c: Context, name: string): Followed {
  const stopping = new AbortController();
  let events: WatchedFolder | undefined;
  let hints: Hints | undefined;
  /** The folder that is watched, as long as it is the one. */
  let identity: string | null = null;
  let watching = false;
  let swept = false;
  let turn: Promise<unknown> = Promise.resolve();
  let sweepWaits = false;
  let checking: Promise<void> | undefined;
  /** Known files by which an offline root is recognised when it is back. */
  let signs: readonly string[] | undefined;
  let signsThere = 0;

  async function sweep(o: Omit<SweepOptions, 'first'>): Promise<void> {
    const signal = AbortSignal.any([o.signal, stopping.signal]);
    // Every picture that is read listens to it.
    setMaxListeners(0, signal);
    const before = turn;
    const run = (async () => {
      if (!(await comes(before, signal))) return;
      await watcherReady(signal);
      await sweepRoot(c, name, { ...o, signal, first: !swept });
      swept = true;
      signs = undefined;
      signsThere = 0;
    })();
    turn = Promise.allSettled([before, run]);
    try {
      await run;
    } catch (error) {
      // A root that is taken away ends its part of a job, not the job.
      if (!stopping.signal.aborted || o.signal.aborted) throw error;
    }
    o.signal.throwIfAborted();
  }

  function sweepSoon(why: string): void {
    if (sweepWaits || stopping.signal.aborted || c.closing.aborted) return;
    sweepWaits = true;
    c.info('sweeping a root', { root: name, why });
    const tally = createTally(1, { progress() {}, outcome() {} });
    const begin = turn.then(() => {
      sweepWaits = false;
    });
    turn = begin;
    sweep({ tally, signal: c.closing, confirmed: false }).catch((error: Error) => {
      if (!c.closing.aborted) c.log('a sweep failed', { root: name, error: error.message });
    });
  }

  async function watcherReady(signal: AbortSignal): Promise<void> {
    if (!events) return;
    const late = sleep(watcherPatience, 'late' as const, { signal }).catch(() => 'late' as const);
    if ((await Promise.race([events.ready, late])) !== 'late' || signal.aborted) return;
    const { ready } = events;
    void ready.then(() => sweepSoon('the watcher is ready only now'));
  }

  async function watch(): Promise<void> {
    watching = true;
    const root = c.collection.roots.get(name);
    identity = await identify(root.path);
    if (identity === null || c.watch === 'off' || events || stopping.signal.aborted) return;
    const opened = watchFolder(root.path, c.rulesFor(root.path), {
      mode: c.watch,
      log: c.log,
      pollPause: c.timing.poll,
      ...(c.openNative ? { openNative: c.openNative } : {}),
    });
    const pool = createHints(c, name, { isSame, sweepSoon });
    events = opened;
    hints = pool;
    void (async () => {
      for await (const event of opened) {
        if (event.type === 'uncertain') sweepSoon(event.why);
        else pool.add(event);
      }
    })();
  }

  async function unwatch(): Promise<void> {
    const old = { events, hints };
    events = undefined;
    hints = undefined;
    identity = null;
    await old.events?.close();
    await old.hints?.close();
  }

  async function isSame(): Promise<boolean> {
    const now = await identify(c.collection.roots.get(name).path);
    if (now !== null && now === identity) return true;
    // Not awaited: closing the watcher waits for whoever asks this.
    void check();
    return false;
  }

  function check(): Promise<void> {
    checking ??= examine()
      .catch((error: Error) => {
        if (!stopping.signal.aborted) c.log('a root could not be checked', { root: name, error: error.message });
      })
      .finally(() => {
        checking = undefined;
      });
    return checking;
  }

  async function examine(): Promise<void> {
    if (!watching || stopping.signal.aborted) return;
    const root = c.collection.roots.get(name);
    const now = await identify(root.path);
    if (stopping.signal.aborted) return;
    if (now === null) {
      await unwatch();
      setOffline(c, name, 'its folder is missing or unreadable');
      return;
    }
    const other = now !== identity;
    if (other) {
      await unwatch();
      await watch();
    }
    if (root.state === 'offline' ? await isBack(root.path) : other)
      sweepSoon('its folder came back, or is another one');
  }

  /** A disk that is being copied back has more of its files each time: it is waited for, so that none seems gone. */
  async function isBack(path: string): Promise<boolean> {
    signs ??= sample([...c.collection.known(name).keys()]);
    const found = await Promise.all(signs.map((sign) => presence(path, sign)));
    const count = found.filter((one) => one === 'there').length;
    const before = signsThere;
    signsThere = count;
    return count === signs.length || (count > 0 && count === before);
  }

  return {
    sweep,
    sweepSoon,
    watch,
    check,
    async stop() {
      stopping.abort();
      await checking;
      await unwatch();
      await turn;
    },
  };
}

/** Resolves with true when `turn` has come, with false when the signal aborts before. */
async function comes(turn: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  let onAbort = () => {};
  const abort = new Promise<void>((resolve) => {
    onAbort = resolve;
    signal.addEventListener('abort', onAbort, { once: true });
  });
  if (!signal.aborted) await Promise.race([turn, abort]);
  signal.removeEventListener('abort', onAbort);
  return !signal.aborted;
}

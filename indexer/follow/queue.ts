/**
 * How many pictures are read at the same time, in which order, and how fast that goes.
 */
import type { FollowProgress } from '../../src/index.ts';

/** The rate is taken over so many milliseconds. */
const window = 10_000;

export interface Queue {
  /**
   * Runs a task when a place is free and no other task of this key runs. Urgent ones (somebody has just changed that
   * file) go before those of a sweep.
   */
  run<T>(key: string, task: () => Promise<T>, o?: { urgent?: boolean; signal?: AbortSignal | undefined }): Promise<T>;
  /** Resolves when no task of this key runs or waits. */
  idle(key: string): Promise<void>;
  /** `count` more files were seen, or that many seen ones need not be done any more. */
  seen(count: number): void;
  dropped(count: number): void;
  /** One file that was seen is done. */
  done(): void;
  progress(): FollowProgress;
}

/** @param places tasks at the same time; 1 or more */
export function createQueue(places: number, now: () => number = () => performance.now()): Queue {
  let free = Math.max(1, places);
  const urgent: (() => void)[] = [];
  const bulk: (() => void)[] = [];
  const tails = new Map<string, Promise<void>>();
  let pending = 0;
  let finished: number[] = [];

  async function place<T>(
    task: () => Promise<T>,
    o: { urgent?: boolean; signal?: AbortSignal | undefined },
  ): Promise<T> {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => (o.urgent ? urgent : bulk).push(resolve));
    try {
      o.signal?.throwIfAborted();
      return await task();
    } finally {
      const next = urgent.shift() ?? bulk.shift();
      if (next) next();
      else free++;
    }
  }

  return {
    async run(key, task, o = {}) {
      const before = tails.get(key);
      const result = (async () => {
        await before;
        return place(task, o);
      })();
      const tail = result.then(
        () => {},
        () => {},
      );
      tails.set(key, tail);
      try {
        return await result;
      } finally {
        if (tails.get(key) === tail) tails.delete(key);
      }
    },
    async idle(key) {
      for (let tail = tails.get(key); tail; tail = tails.get(key)) await tail;
    },
    seen(count) {
      pending += count;
    },
    dropped(count) {
      pending -= count;
    },
    done() {
      pending--;
      finished.push(now());
      if (finished.length > 50_000) finished = finished.slice(-25_000);
    },
    progress() {
      const since = now() - window;
      finished = finished.filter((at) => at >= since);
      // A burst that has just begun would look infinitely fast: at least one second is counted.
      const first = finished[0];
      const rate = first === undefined ? null : finished.length / (Math.max(1000, now() - first) / 1000);
      return { pending, rate, secondsLeft: pending === 0 ? 0 : rate === null ? null : Math.ceil(pending / rate) };
    },
  };
}

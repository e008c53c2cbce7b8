/**
 * Long arithmetic in slices: of all who wait, one runs in each round of the event loop, so that many searches at once hold
 * it no longer than one does.
 */

export interface Turns {
  /** Resolves when the caller may compute for a slice. Rejects with the signal's reason. */
  take(signal?: AbortSignal): Promise<void>;
  /** The slice is used up: take another turn before going on. `ms` shortens it. */
  over(ms?: number): boolean;
}

/** @param sliceMs how long one turn may hold the event loop, milliseconds */
export function createTurns(sliceMs = 8): Turns {
  const waiting: (() => void)[] = [];
  let started = Number.NEGATIVE_INFINITY;

  const next = (): void => {
    const go = waiting.shift();
    if (waiting.length > 0) setImmediate(next);
    started = performance.now();
    go?.();
  };

  return {
    async take(signal) {
      signal?.throwIfAborted();
      await new Promise<void>((resolve) => {
        if (waiting.push(resolve) === 1) setImmediate(next);
      });
      signal?.throwIfAborted();
    },
    over: (ms = sliceMs) => performance.now() - started >= ms,
  };
}

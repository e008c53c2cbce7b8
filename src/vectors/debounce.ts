/** Work that waits until it is quiet. */
export interface Debounce {
  /** Something happened: run the work `quietMs` after the last time, but at most `maxMs` after the first. */
  poke(o: { quietMs: number; maxMs: number }): void;
  cancel(): void;
}

/** The timer does not keep the process alive. */
export function createDebounce(work: () => void): Debounce {
  let timer: NodeJS.Timeout | undefined;
  let first = 0;
  return {
    poke({ quietMs, maxMs }) {
      if (timer === undefined) first = performance.now();
      clearTimeout(timer);
      const wait = Math.min(quietMs, first + maxMs - performance.now());
      timer = setTimeout(
        () => {
          timer = undefined;
          work();
        },
        Math.max(0, wait),
      ).unref();
    },
    cancel() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

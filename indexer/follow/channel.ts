/**
 * From callbacks to an async iterable: what is pushed is kept until it is taken. One reader.
 */
export interface Channel<T> extends AsyncIterable<T> {
  push(value: T): void;
  /** The reader gets what was pushed before, then the end. */
  end(): void;
}

export function createChannel<T>(): Channel<T> {
  let kept: T[] = [];
  let ended = false;
  let wake = () => {};
  return {
    push(value) {
      if (ended) return;
      kept.push(value);
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const taken = kept;
        kept = [];
        yield* taken;
        if (kept.length > 0) continue;
        if (ended) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

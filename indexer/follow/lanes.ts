/**
 * Runs a task for every item, at most `lanes` at a time, in order. After a rejection or an abort no further one
 * begins; those that run are waited for, then the first rejection is thrown.
 */
export async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  task: (item: T) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  let next = 0;
  let stopped = false;
  const ended = await Promise.allSettled(
    Array.from({ length: Math.min(lanes, items.length) }, async () => {
      while (next < items.length && !stopped && !signal?.aborted) {
        try {
          await task(items[next++]!);
        } catch (error) {
          stopped = true;
          throw error;
        }
      }
    }),
  );
  signal?.throwIfAborted();
  const rejected = ended.find((end) => end.status === 'rejected');
  if (rejected) throw rejected.reason;
}

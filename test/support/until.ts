import { setTimeout as sleep } from 'node:timers/promises';

/** How long a condition may take where nobody promises anything, in milliseconds: far more than it ever takes. */
const patience = 60_000;

/**
 * Waits until a condition gives something truthy, and hands that on.
 * @param what for the message when it never does
 * @throws what the condition threw last, or an error that says what it gave last
 */
export async function until<T>(what: string, condition: () => T | Promise<T>, ms = patience): Promise<NonNullable<T>> {
  const deadline = performance.now() + ms;
  for (;;) {
    let last: unknown;
    try {
      const value = await condition();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`, { cause: last });
    await sleep(20);
  }
}

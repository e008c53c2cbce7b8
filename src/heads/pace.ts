import type { Head } from '../head/head.ts';

/** Multiplications of one turn of the event loop: some 30 ms. */
const affordable = 2e7;
/** Beyond that reading and writing the catalog takes longest. */
const mostRows = 200;

/** Multiplications that a head needs for one content. */
export function multiplications({ layers }: Pick<Head, 'layers'>): number {
  return layers.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);
}

/** Contents that a head is asked about in one turn of the event loop. */
export function rowsAtOnce(head: Pick<Head, 'layers'>): number {
  // Four rows cost no more than one.
  return Math.max(4, Math.min(mostRows, Math.floor(affordable / multiplications(head))));
}

/** Lets whatever waits go first. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

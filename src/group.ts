import { availableParallelism } from 'node:os';

/**
 * Pictures that a process is handed at once, and answers at once: the process that serves wakes an eighth as often, writes eight in one
 * transaction, and the network's weights stay in the processor's cache for eight runs.
 */
export const groupSize = 8;

/** How many pictures a caller should have under way, so that no process waits for its next group. */
export function underWay(processes = availableParallelism()): number {
  return 2 * groupSize * processes;
}

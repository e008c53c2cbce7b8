/**
 * Processes of a run, told by a mark in their environment, which children inherit: also those whose parent is dead.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Only Linux shows the environment of other processes. */
export const canSeeProcesses = process.platform === 'linux';

const variable = 'TEST_RUN_MARK';

/** The environment of a run with this mark. */
export function marked(mark: string): NodeJS.ProcessEnv {
  return { ...process.env, [variable]: mark };
}

/** Numbers of the live processes with this mark; empty where the system does not show them. */
export function processesOf(mark: string): number[] {
  if (!canSeeProcesses) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${variable}=${mark}`);
      } catch {
        // It has just ended, or it is a zombie.
        return false;
      }
    });
}

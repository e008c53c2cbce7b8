/**
 * Memory of a process and of its worker processes, from /proc (Linux only).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** In MiB. `rss` counts pages that processes share once for each, `pss` divides them among who shares them. */
export interface Memory {
  readonly rss: number;
  readonly pss: number;
}

export interface TreeMemory {
  readonly main: Memory;
  /** In the order in which they were started. */
  readonly workers: readonly Memory[];
}

export function noProc(): string | null {
  return existsSync('/proc/self/smaps_rollup') ? null : 'there is no /proc/PID/smaps_rollup on this system';
}

/** Null once the process has ended. */
export function memoryOf(pid: number): TreeMemory | null {
  const main = memory(pid);
  if (!main) return null;
  const workers = childrenOf(pid).flatMap((child) => memory(child) ?? []);
  return { main, workers };
}

function memory(pid: number): Memory | null {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const mebibytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / 1024;
    const found = { rss: mebibytes('Rss'), pss: mebibytes('Pss') };
    // A process that has ended and was not yet waited for has no memory.
    return Number.isNaN(found.rss) ? null : found;
  } catch {
    return null;
  }
}

function childrenOf(pid: number): number[] {
  const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  return found.map(Number).sort((a, b) => a - b);
}

function parentOf(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it is in brackets and may hold anything.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}

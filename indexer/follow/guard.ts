/**
 * Gone is not deleted: what must be true before anything is taken out of the results.
 */
import { constants } from 'node:fs';
import { access, lstat, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { KnownFile } from '../../src/index.ts';
import type { Rules } from './ignore.ts';
import { isAbsent, liesIn, type Walked } from './walk.ts';

/** A removal beyond both bounds is held until somebody confirms it. */
export interface MaxRemoval {
  /** Images. */
  readonly count: number;
  /** Part of the root's images, 0 to 1. */
  readonly fraction: number;
}

/**
 * Up to so many known files may all be gone from a folder that still has other files in it, without the root being
 * thought lost.
 */
const fewFiles = 5;

/**
 * What tells one mounted folder from another for as long as a process watches it, or null where there is no folder
 * that can be read. Across restarts it proves nothing: network mounts change it.
 */
export async function identify(root: string): Promise<string | null> {
  try {
    const found = await stat(root);
    if (!found.isDirectory()) return null;
    await access(root, constants.R_OK | constants.X_OK);
    return `${found.dev}:${found.ino}`;
  } catch {
    return null;
  }
}

/** Whether a path is a file under a root: `unknown` where the disk does not say (no right to look, a read error). */
export async function presence(root: string, path: string): Promise<'there' | 'gone' | 'unknown'> {
  try {
    const absolute = join(root, path);
    if (!(await lstat(absolute)).isFile()) return 'gone';
    if (process.platform === 'linux') return 'there';
    // Elsewhere a.jpg also answers to A.JPG, and to another Unicode form: only the folder tells the name it has.
    return (await readdir(dirname(absolute))).includes(basename(absolute)) ? 'there' : 'gone';
  } catch (error) {
    return isAbsent(error) ? 'gone' : 'unknown';
  }
}

/** At most `size` items, spread evenly over all. */
export function sample<T>(items: readonly T[], size = 20): T[] {
  if (items.length <= size) return [...items];
  return Array.from({ length: size }, (_, n) => items[Math.floor((n * items.length) / size)]!);
}

/**
 * Whether a walk saw another place than the one that is known: an empty mount point, another disk. A picture counts
 * as found at its path, or at a new one with the same size and time (a renamed folder). With five known files or
 * fewer, other files in the folder are enough: somebody exchanged the pictures of a small folder.
 */
export function isLost(known: ReadonlyMap<string, KnownFile>, walked: Walked, rules: Rules): boolean {
  const traces = new Set<string>();
  for (const file of walked.files) {
    if (known.has(file.path)) return false;
    traces.add(trace(file));
  }
  const expected = [...known].filter(([path]) => rules.takes(path) && !liesIn(path, walked.unreadable));
  if (expected.length === 0 || expected.some(([, file]) => traces.has(trace(file)))) return false;
  return expected.length > fewFiles || walked.files.length + walked.others.size === 0;
}

/** Size and time: two files that share them are most likely the same one under two names. */
function trace(file: { readonly bytes: number; readonly mtimeMs: number }): string {
  return `${file.bytes}:${file.mtimeMs}`;
}

/** Whether a removal waits for confirmation. Both numbers count images (not what is in quarantine). */
export function mustHold(gone: number, known: number, max: MaxRemoval): boolean {
  return gone > max.count && gone > max.fraction * known;
}

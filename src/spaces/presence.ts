import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** So many of a root's files are looked for. */
const looked = 20;
/** Up to so many known files may all be gone without the folder being another one. */
const few = 5;

/**
 * Whether a folder is still the one whose files are known, and not an empty mount point: one of its files is there, or it had only few
 * and has others now.
 * @param known paths relative to it
 */
export async function isRootThere(folder: string, known: readonly string[]): Promise<boolean> {
  const entries = await readdir(folder).catch(() => null);
  if (!entries || entries.length === 0) return false;
  if (known.length <= few) return true;
  for (let i = 0; i < looked; i++) {
    const path = known[Math.floor((i * known.length) / looked)]!;
    if (await lstat(join(folder, path)).catch(() => null)) return true;
  }
  return false;
}

/**
 * What the disk has against what the catalog knows.
 */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Collection, KnownFile, RootRecord } from '../../src/index.ts';
import type { FoundFile } from './walk.ts';

/**
 * Which files must be read. One that was not readable is tried again as soon as it can be opened, though it has not
 * changed.
 */
export async function compare(
  collection: Collection,
  root: Pick<RootRecord, 'name' | 'path'>,
  known: ReadonlyMap<string, KnownFile>,
  files: readonly FoundFile[],
): Promise<{ unchanged: number; todo: FoundFile[] }> {
  const todo: FoundFile[] = [];
  const failed: FoundFile[] = [];
  let unchanged = 0;
  for (const file of files) {
    const before = known.get(file.path);
    if (!before || before.bytes !== file.bytes || before.mtimeMs !== file.mtimeMs) todo.push(file);
    else if (before.failed) failed.push(file);
    else unchanged++;
  }
  if (failed.length === 0) return { unchanged, todo };
  const records = collection.failures().filter((f) => f.root === root.name && f.reason === 'unreadable');
  const unreadable = new Set(records.map((f) => f.image));
  for (const file of failed) {
    if (unreadable.has(file.path) && (await opens(join(root.path, file.path)))) todo.push(file);
  }
  return { unchanged, todo };
}

async function opens(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

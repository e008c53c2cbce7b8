/**
 * Where roots lie: what may become one, and whether a folder is the one that moved.
 */
import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { type Collection, type KnownFile, PixkinError, type RootRecord } from '../../src/index.ts';
import { sample } from './guard.ts';
import { isAbsent } from './walk.ts';

/** A folder that a root moved to must have so many of the files that are looked for. */
const enough = 0.5;

/** The real path of a folder that somebody named. Throws `folder_not_found`. */
export async function realFolder(path: string): Promise<string> {
  try {
    const real = await realpath(path);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    throw new PixkinError(
      'folder_not_found',
      `expected a folder at ${path}; ${isAbsent(error) ? 'there is none' : (error as Error).message}`,
      {
        cause: error,
      },
    );
  }
  throw new PixkinError('folder_not_found', `expected a folder at ${path}; it is a file`);
}

/** The root that lies at this folder already. Throws `root_exists` where one lies in it, or around it. */
export function rootAt(collection: Collection, folder: string, except?: string): RootRecord | undefined {
  for (const root of collection.roots.list()) {
    if (root.name === except) continue;
    if (root.path === folder) return root;
    const inside = lies(folder, root.path);
    if (!inside && !lies(root.path, folder)) continue;
    const how = inside ? `it lies in root "${root.name}"` : `root "${root.name}" lies in it`;
    throw new PixkinError('root_exists', `${folder} cannot be a root: ${how} (${root.path})`, {
      hint: 'every picture belongs to one root: remove that root first, or leave this one out',
    });
  }
  return undefined;
}

/** The name of a root by its folder, as it was named: of a link the link's name. */
export function rootName(path: string): string {
  return basename(resolve(path)) || 'root';
}

/**
 * Throws `invalid_request` unless at least half of a sample of the known files lie in the folder, with the same
 * sizes.
 */
export async function checkMoved(name: string, folder: string, known: ReadonlyMap<string, KnownFile>): Promise<void> {
  const asked = sample([...known]);
  let found = 0;
  for (const [path, file] of asked) {
    const there = await lstat(join(folder, path)).catch(() => undefined);
    if (there?.isFile() && there.size === file.bytes) found++;
  }
  if (found >= asked.length * enough) return;
  throw new PixkinError(
    'invalid_request',
    `path must be the folder of root "${name}" at its new place; of ${asked.length} known files looked for in ${folder}, ${found} were found`,
    { hint: 'add it as a root of its own if it holds other pictures' },
  );
}

/** Whether a path from a request stays under its root: relative, and no way up in it. */
export function staysInside(path: string): boolean {
  return !path.includes('\0') && !path.startsWith('/') && !path.split(/[/\\]/).includes('..');
}

/** Whether a file lies at this very path, with no link on the way. */
export async function isPlainFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile() && (await realpath(path)) === path;
  } catch {
    return false;
  }
}

function lies(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && resolve(folder, way) === path;
}

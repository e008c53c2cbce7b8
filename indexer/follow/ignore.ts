/**
 * Which paths under a root are pictures, by their names alone. Every rule looks at the path relative to the root: the
 * root itself may lie in a dot folder, or under a `node_modules`.
 */
import { relative, sep } from 'node:path';
import picomatch from 'picomatch';

/** Endings of pictures, lower case. The first bytes decide later what a file really is. */
const pictureEndings = new Set('jpg jpeg jpe jfif png webp gif tif tiff avif bmp heic heif'.split(' '));

/** Folders that hold other programs' files: Synology's thumbnails, npm's packages. */
const foreignFolders = new Set(['@eaDir', 'node_modules']);

export interface RuleOptions {
  /**
   * Globs of what to leave out. Without a slash they match a name at any depth, with one the path from the root; a
   * folder that matches is left out whole.
   */
  readonly exclude?: readonly string[];
  /** Take every file for a picture until its first bytes say otherwise. */
  readonly allFiles?: boolean;
  /** Absolute. The folder of the collection; where it lies in a root it is left out. */
  readonly dataFolder?: string | undefined;
}

/** The rules of one root. Paths are relative to it, with `/` between their parts. */
export interface Rules {
  /** A folder that is not entered. Looks at its own name only: its parents were entered. */
  skips(folder: string): boolean;
  /** What a file is. Looks at its own name only. `other`: no picture; `hidden`: not even counted. */
  file(path: string): 'picture' | 'other' | 'hidden';
  /** Whether a sweep would take this path: no part of it is left out, and it ends like a picture. */
  takes(path: string): boolean;
}

/** The rules for the root that lies at `root` (absolute). */
export function createRules(root: string, o: RuleOptions = {}): Rules {
  const excluded = matcher(o.exclude ?? []);
  const data = o.dataFolder === undefined ? '' : relative(root, o.dataFolder).split(sep).join('/');
  const skips = (path: string): boolean => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return name.startsWith('.') || foreignFolders.has(name) || path === data || excluded(path);
  };
  const file = (path: string): 'picture' | 'other' | 'hidden' => {
    if (path.startsWith('.', path.lastIndexOf('/') + 1) || excluded(path)) return 'hidden';
    return o.allFiles || pictureEndings.has(extension(path)) ? 'picture' : 'other';
  };
  return {
    skips,
    file,
    takes(path) {
      for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        if (skips(path.slice(0, slash))) return false;
      }
      return file(path) === 'picture';
    },
  };
}

/** What follows the last dot of a file's name, lower case; empty where there is none. */
export function extension(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

function matcher(globs: readonly string[]): (path: string) => boolean {
  const trimmed = globs.map((glob) => glob.replace(/\/$/, ''));
  const names = trimmed.filter((glob) => !glob.includes('/'));
  const paths = trimmed.filter((glob) => glob.includes('/')).map((glob) => glob.replace(/^\.?\//, ''));
  const byName = names.length > 0 ? picomatch(names, { dot: true, basename: true }) : () => false;
  const byPath = paths.length > 0 ? picomatch(paths, { dot: true }) : () => false;
  return (path) => byName(path) || byPath(path);
}

/** A temporary folder that the recipes share, and the command line in it. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/index.ts';
import { train as flowersTrain } from '../pictures.ts';
import { type Collection, openCollection, type Program } from './collection.ts';
import type { Sizes } from './sizes.ts';

export interface Place {
  readonly sizes: Sizes;
  /** A path in it that does not exist yet. */
  fresh(name: string): string;
  /** A new collection, with the pictures of a folder whose folders are their labels. */
  collection(folder: string): Promise<Collection>;
  /** One of the flowers, made at the first call. */
  flowers(): Promise<Collection>;
  close(): void;
}

/** The command line from its source; `dist/` is the built one. */
export const fromSource: Program = [
  process.execPath,
  '--import',
  import.meta.resolve('tsx'),
  join(packageRoot, 'indexer', 'main.ts'),
];

export function openPlace(sizes: Sizes, program: Program): Place {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'pixkin-transfer-')));
  const close = (): void => rmSync(home, { recursive: true, force: true });
  process.once('exit', close);
  let made = 0;
  let flowers: Promise<Collection> | undefined;
  const fresh = (name: string): string => join(home, `${++made} ${name}`);
  const collection = async (folder: string): Promise<Collection> => {
    const opened = openCollection(fresh('data'), program);
    await opened.ask('index', folder, '--labels-from', 'folders');
    return opened;
  };
  return {
    sizes,
    fresh,
    collection,
    flowers() {
      flowers ??= collection(join(flowersTrain, '..'));
      return flowers;
    },
    close() {
      process.removeListener('exit', close);
      close();
    },
  };
}

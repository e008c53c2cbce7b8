import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Summary } from '../../src/index.ts';
import { indexFolder, type Run } from './command.ts';
import { makeSmallPictures } from './pictures.ts';
import { say } from './say.ts';
import type { Sizes } from './sizes.ts';

/** A collection of small generated pictures, and what it took to index them. */
export interface SmallCollection {
  readonly folder: string;
  readonly data: string;
  readonly first: Run & { readonly summary: Summary };
}

/** A temporary folder that measurements share. */
export interface Workplace {
  readonly sizes: Sizes;
  /** A path in it that does not exist yet. */
  fresh(name: string): string;
  /** Made at the first call: it takes minutes. */
  small(): Promise<SmallCollection>;
  close(): void;
}

export function openWorkplace(sizes: Sizes): Workplace {
  const home = mkdtempSync(join(tmpdir(), 'pixkin-bench-'));
  const close = (): void => rmSync(home, { recursive: true, force: true });
  // Also after Ctrl-C: hundreds of megabytes would stay.
  process.once('exit', close);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  let made = 0;
  let small: Promise<SmallCollection> | undefined;
  const fresh = (name: string): string => join(home, `${++made} ${name}`);
  return {
    sizes,
    fresh,
    small() {
      small ??= (async () => {
        const folder = fresh('small pictures');
        const data = fresh('small data');
        say(`making ${sizes.files} small pictures`);
        await makeSmallPictures(folder, sizes.files);
        say('indexing them');
        return { folder, data, first: await indexFolder(folder, data) };
      })();
      return small;
    },
    close,
  };
}

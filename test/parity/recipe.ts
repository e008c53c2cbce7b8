/**
 * The classic recipe (recipe.py: Keras and scikit-learn) and the product, on the same pictures with the same weights.
 */
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { runIndexer, startServe } from '../support/indexer.ts';
import { runPython } from './python.ts';

/** For each picture all others, nearest first, with their cosine similarity. */
export type Rankings = Readonly<Record<string, readonly (readonly [image: string, cosine: number])[]>>;

export interface Recipe {
  readonly rankings: Rankings;
  readonly seconds: { readonly load: number; readonly first: number; readonly embed: number; readonly each: number };
}

export interface Question {
  /** A folder of pictures, no folders in it. */
  readonly pictures: string;
  readonly network: string;
  /** Keras' file without the top. */
  readonly weights: string;
  /** Flattened where it is left out. */
  readonly pooling?: 'avg' | 'max';
}

export async function askKeras({ pictures, network, weights, pooling }: Question): Promise<Recipe> {
  const options = pooling === undefined ? [] : ['--pooling', pooling];
  return JSON.parse(await runPython('recipe.py', [pictures, '--network', network, '--weights', weights, ...options]));
}

/** The same from the command line, in a new collection in `data`. `seconds`: the whole command `indexer rebuild`. */
export async function askIndexer(
  { pictures, network, weights, pooling }: Question,
  data: string,
): Promise<{ rankings: Rankings; seconds: number }> {
  await run('index', pictures, '--data', data);
  await run('models', 'import', weights, '--as', network, '--data', data);
  const started = performance.now();
  await run('rebuild', '--backbone', network, '--pooling', pooling ?? 'none', '--data', data);
  const seconds = (performance.now() - started) / 1000;
  const served = await startServe([], data);
  const rankings: Record<string, [string, number][]> = {};
  for (const image of await readdir(pictures)) {
    const { results } = await served.api.similar(image, { k: 1000, exact: 'true' });
    rankings[image] = results.map((result) => [result.image, result.score]);
  }
  await served.stop();
  return { rankings, seconds };
}

async function run(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await runIndexer(args);
  if (code !== 0) throw new Error(`indexer ${args.join(' ')} ended with ${code}: ${stderr}`);
}

/** Copies `count` pictures, spread over a folder, and enlarges every tenth to the size of a camera's. */
export async function gather(from: string, to: string, count: number): Promise<void> {
  await mkdir(to, { recursive: true });
  const names = (await readdir(from)).filter((name) => /\.jpe?g$/i.test(name)).sort();
  for (let i = 0; i < count; i++) {
    const name = names[Math.floor((i * names.length) / count)]!;
    const [source, target] = [join(from, name), join(to, name)];
    if (i % 10 === 0) await sharp(source).resize({ width: 2400 }).jpeg().toFile(target);
    else await copyFile(source, target);
  }
}

export interface Agreement {
  /** Largest difference of two cosines of the same pair. */
  readonly cosine: number;
  /** By how much a picture that Keras finds nearer comes after one that it finds farther: 0 where all rankings are equal. */
  readonly order: number;
  /** Part of all places that hold the same picture. */
  readonly places: number;
}

export function compareRankings(found: Rankings, expected: Rankings): Agreement {
  const images = Object.keys(expected);
  if (Object.keys(found).sort().join() !== images.sort().join()) throw new Error('the rankings are of other pictures');
  let [cosine, order, same, places] = [0, 0, 0, 0];
  for (const image of images) {
    const theirs = new Map(expected[image]);
    const ours = found[image]!;
    if (ours.length !== theirs.size) throw new Error(`${image}: expected ${theirs.size} results; got ${ours.length}`);
    let least = Number.POSITIVE_INFINITY;
    for (const [i, [other, score]] of ours.entries()) {
      const wanted = theirs.get(other) ?? Number.NaN;
      cosine = Math.max(cosine, Math.abs(score - wanted));
      order = Math.max(order, wanted - least);
      least = Math.min(least, wanted);
      if (expected[image]![i]![0] === other) same++;
      places++;
    }
  }
  return { cosine, order, places: same / places };
}

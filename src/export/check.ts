/**
 * An exported classifier held against the live one, on pictures.
 */
import { readFile } from 'node:fs/promises';
import { PixkinError } from '../errors.ts';
import { resizeSpec } from '../model/backbone.ts';
import { probePicture } from '../model/probe.ts';
import type { Pixels } from '../types.ts';
import type { ClassifierParts } from './parts.ts';
import { type Runner, runLive } from './runners.ts';

/** Most that a probability may be off. */
const TOLERANCE = 1e-4;
/** Pictures that are not the user's are always among those that are looked at. */
const made = [1, 2];

export interface Checked {
  readonly pictures: number;
  /** The largest one of a probability, over all pictures and labels. */
  readonly difference: number;
}

/**
 * @param paths pictures; those that cannot be read are passed over
 * @param open opens what was written
 * @throws PixkinError `export_differs`: a probability is off by more than 1e-4
 */
export async function checkClassifier(
  parts: ClassifierParts,
  paths: readonly string[],
  open: () => Promise<Runner>,
): Promise<Checked> {
  const pictures = await readPictures(parts, paths);
  const wanted = await answersOf(await runLive(parts), pictures);
  const found = await answersOf(await open(), pictures);
  const difference = Math.max(...wanted.map((each, i) => largestDifference(each, found[i]!)));
  // Written so that NaN fails too.
  if (difference <= TOLERANCE) return { pictures: pictures.length, difference };
  const message = `the exported classifier must give the probabilities of the live one to ${TOLERANCE}; got one that is off by ${difference}`;
  throw new PixkinError('export_differs', message);
}

async function readPictures({ backbone }: ClassifierParts, paths: readonly string[]): Promise<Pixels[]> {
  const { decodePicture, resizePixels } = await import('../image/index.ts');
  const spec = resizeSpec(backbone.manifest);
  const decode = async (bytes: Uint8Array): Promise<Pixels> => resizePixels((await decodePicture(bytes)).pixels, spec);
  const pictures: Pixels[] = [];
  for (const path of paths) {
    const pixels = await readFile(path)
      .then(decode)
      .catch(() => undefined);
    if (pixels) pictures.push(pixels);
  }
  for (const seed of made) pictures.push(await decode(probePicture(seed)));
  return pictures;
}

async function answersOf(runner: Runner, pictures: readonly Pixels[]): Promise<Float32Array[]> {
  try {
    return (await runner.run(pictures)).map(({ probabilities }) => probabilities);
  } finally {
    await runner.close();
  }
}

function largestDifference(wanted: Float32Array, found: Float32Array): number {
  if (found.length !== wanted.length) return Number.POSITIVE_INFINITY;
  return wanted.reduce((most, p, i) => Math.max(most, Math.abs(p - found[i]!)), 0);
}

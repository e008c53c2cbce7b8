import { createHash } from 'node:crypto';
import { PixkinError } from '../errors.ts';
import type { SpaceId } from '../types.ts';
import type { Split } from './split.ts';

/** What is known of a labelled picture besides its embedding. */
export interface TrainingPicture {
  readonly label: string;
  /** 64-bit perceptual hash, 16 lower-case hexadecimal digits. */
  readonly phash: string;
  /** What the picture is for, where that was given with the label. */
  readonly split?: Split | null | undefined;
}

/** Labelled embeddings of one space. The same pictures in the same order give the same head: sort them by content. */
export interface TrainingData {
  readonly space: SpaceId;
  /** Numbers of one embedding. */
  readonly dim: number;
  /** `dim` numbers for each picture, in the order of `pictures`. */
  readonly vectors: Float32Array;
  /** One for each content, not for each image. */
  readonly pictures: readonly TrainingPicture[];
}

/** Labels as classes: names in the order of their code units, and the place there of each picture's. */
export interface Classes {
  readonly labels: readonly string[];
  readonly given: Uint32Array;
}

const hash = /^[0-9a-f]{16}$/;
const splits: readonly unknown[] = ['train', 'validation', 'test', null, undefined];

/**
 * Everything that would make a training fail or its numbers meaningless is refused here.
 * @throws PixkinError `training_data_invalid`: no labelled picture, one label only, a number that is not finite, ...
 */
export function checkTrainingData({ dim, vectors, pictures }: TrainingData): Classes {
  if (pictures.length === 0) {
    const hint = 'label some pictures of at least two kinds first';
    throw invalid('a head needs labelled pictures; got none', hint);
  }
  if (!Number.isInteger(dim) || dim < 1) throw invalid(`dim must be an integer >= 1; got ${dim}`);
  if (vectors.length !== dim * pictures.length) {
    throw invalid(`vectors must have ${dim} numbers for each of ${pictures.length} pictures; got ${vectors.length}`);
  }
  for (const [i, { label, phash, split }] of pictures.entries()) {
    if (typeof label !== 'string' || label === '') throw invalid(`picture ${i} must have a label; got ${label}`);
    if (!hash.test(phash)) throw invalid(`phash of picture ${i} must be 16 hexadecimal digits; got ${phash}`);
    if (!splits.includes(split)) {
      throw invalid(`split of picture ${i} must be train, validation, test or null; got ${split}`);
    }
  }
  for (let i = 0; i < vectors.length; i++) {
    if (Number.isFinite(vectors[i])) continue;
    throw invalid(`embedding of picture ${Math.floor(i / dim)} must be finite numbers; got ${vectors[i]}`);
  }
  const labels = [...new Set(pictures.map(({ label }) => label))].sort();
  if (labels.length === 1) {
    const hint = 'label some pictures that are something else';
    throw invalid(`a head tells labels apart, so it needs at least two; got only ${JSON.stringify(labels[0])}`, hint);
  }
  const places = new Map(labels.map((label, i) => [label, i]));
  return { labels, given: Uint32Array.from(pictures, ({ label }) => places.get(label)!) };
}

/** SHA-256 of all that a head learns from, as 64 lower-case hexadecimal digits: the order counts. */
export function fingerprintOf({ space, dim, vectors, pictures }: TrainingData): string {
  const sha = createHash('sha256');
  const rows = pictures.map(({ label, phash, split }) => [label, phash, split ?? null]);
  sha.update(JSON.stringify({ version: 1, space, dim, rows }));
  sha.update(new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength));
  return sha.digest('hex');
}

function invalid(message: string, hint?: string): PixkinError {
  return new PixkinError('training_data_invalid', message, hint === undefined ? {} : { hint });
}

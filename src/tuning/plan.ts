import { PixkinError } from '../errors.ts';
import type { Splitting } from '../head/split.ts';
import { planTraining } from '../training/plan.ts';
import { headOptionsOf, type TuneOptions } from './options.ts';
import type { LeftOut } from './prepare.ts';
import type { TunePicture } from './task.ts';

/** Which pictures a run learns from and is judged by. Lists of pictures are places in the task's. */
export interface TunePlan {
  readonly labels: readonly string[];
  /** The class of each picture; 0 for one that was left out. */
  readonly given: Uint32Array;
  readonly splitting: Splitting;
  /** Those that are asked about, of classes that it was trained on. */
  readonly judged: Uint32Array;
  readonly notes: readonly string[];
}

/** Pictures that a note lists before it says how many more there are. */
const listed = 3;

/**
 * The same split as for a head by itself, of the pictures that can be read.
 * @throws PixkinError `training_data_invalid`: also where no picture of a label can be read
 */
export function planTuning(pictures: readonly TunePicture[], leftOut: readonly LeftOut[], o: TuneOptions): TunePlan {
  const gone = new Map(leftOut.map((one) => [one.picture, one]));
  const kept = Uint32Array.from(pictures.keys()).filter((i) => !gone.has(i));
  requireAllLabels(pictures, kept, gone);
  const some = Array.from(kept, (i) => pictures[i]!);
  // Embeddings come later: of the data only labels, hashes and splits are looked at.
  const data = { space: '', dim: 1, vectors: new Float32Array(some.length), pictures: some };
  const plan = planTraining(data, headOptionsOf(o));
  const back = (places: Uint32Array): Uint32Array => places.map((i) => kept[i]!);
  const given = new Uint32Array(pictures.length);
  for (const [i, label] of plan.given.entries()) given[kept[i]!] = label;
  const { train, validation, test } = plan.splitting;
  return {
    labels: plan.labels,
    given,
    splitting: { ...plan.splitting, train: back(train), validation: back(validation), test: back(test) },
    judged: back(plan.judged),
    notes: [...plan.notes, ...noteOf(pictures, leftOut)],
  };
}

function requireAllLabels(
  pictures: readonly TunePicture[],
  kept: Uint32Array,
  gone: ReadonlyMap<number, LeftOut>,
): void {
  const readable = new Set(Array.from(kept, (i) => pictures[i]!.label));
  for (const [i, { code, message }] of gone) {
    const { label } = pictures[i]!;
    if (readable.has(label)) continue;
    const count = pictures.filter((picture) => picture.label === label).length;
    const first = count === 1 ? 'its only picture cannot' : `none of its ${count} pictures can`;
    throw new PixkinError(
      'training_data_invalid',
      `every label must have a picture that can be read; of ${label} ${first}: ${message} (${code})`,
      { hint: 'take the label from those pictures, or bring back their files' },
    );
  }
}

function noteOf(pictures: readonly TunePicture[], leftOut: readonly LeftOut[]): string[] {
  if (leftOut.length === 0) return [];
  const shown = leftOut.slice(0, listed).map(({ picture, message }) => {
    const { content, label } = pictures[picture]!;
    return `${content.slice(0, 12)} (${label}): ${message}`;
  });
  const more = leftOut.length > listed ? `; and ${leftOut.length - listed} more` : '';
  return [
    `pictures that could not be read were left out: ${leftOut.length} of ${pictures.length}: ${shown.join('; ')}${more}`,
  ];
}

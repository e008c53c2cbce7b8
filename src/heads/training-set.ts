/**
 * What a head learns from: the given labels, and the embeddings of one space.
 */
import type { Catalog } from '../catalog/catalog.ts';
import type { SpaceRow } from '../catalog/tables/spaces.ts';
import type { LabelledContent } from '../catalog/tables/training.ts';
import { PixkinError } from '../errors.ts';
import { type HeadOptions, resolveHeadOptions } from '../head/options.ts';
import { checkTrainingData, type TrainingData } from '../head/training-data.ts';
import { planTraining } from '../training/plan.ts';
import type { Sha256 } from '../types.ts';
import { turn } from './pace.ts';

/** Embeddings that are read in one turn of the event loop. */
const atOnce = 500;
/** Labelled contents beyond which planning would hold up whoever else is served: only the training process does it then. */
const few = 2000;

/** Labelled contents of one space with their embeddings. */
export interface TrainingSet {
  readonly data: TrainingData;
  /** In the order of the data. */
  readonly contents: readonly LabelledContent[];
}

/**
 * Says at once what would make a training fail, as far as that is quickly known.
 * @returns what whoever trains should know
 * @throws PixkinError `training_data_invalid`, `invalid_request` (an option)
 */
export function checkTraining(catalog: Catalog, row: SpaceRow, options: HeadOptions): string[] {
  const notes = notesOf(catalog, row);
  try {
    const contents = catalog.training.labelled(row, null, few + 1);
    if (contents.length <= few) return [...notes, ...planTraining(withoutNumbers(row, contents), options).notes];
    const examples = catalog.training.examples(row);
    checkTrainingData(withoutNumbers(row, examples));
    resolveHeadOptions(options, { pictures: contents.length, classes: examples.length });
    return notes;
  } catch (error) {
    if (!(error instanceof PixkinError) || error.code !== 'training_data_invalid' || notes.length === 0) throw error;
    const hint = [...(error.hint === undefined ? [] : [error.hint]), ...notes].join('; ');
    throw new PixkinError(error.code, error.message, { hint, cause: error });
  }
}

/** How a training is planned depends on labels, splits and hashes only. */
function withoutNumbers({ fingerprint: space }: SpaceRow, pictures: readonly LabelledContent[]): TrainingData {
  return { space, dim: 1, vectors: new Float32Array(pictures.length), pictures };
}

/** Reads it, piece by piece; what is labelled meanwhile may be left out. Rejects with the signal's reason. */
export async function readTrainingSet(catalog: Catalog, row: SpaceRow, signal: AbortSignal): Promise<TrainingSet> {
  const embeddings = catalog.embeddings(row);
  const { dim, fingerprint: space } = row;
  const contents: LabelledContent[] = [];
  const vectors = new Float32Array(catalog.training.count(row) * dim);
  for (let after: Sha256 | null = null; contents.length * dim < vectors.length; ) {
    const some: LabelledContent[] = catalog.training.labelled(
      row,
      after,
      Math.min(atOnce, vectors.length / dim - contents.length),
    );
    const last = some.at(-1);
    if (!last) break;
    for (const one of some) vectors.set(embeddings.get(one.content)!.vector, contents.push(one) * dim - dim);
    after = last.sha256;
    await turn();
    signal.throwIfAborted();
  }
  const pictures = contents.map(({ label, phash, split }) => ({ label, phash, split }));
  // Some may have been forgotten since they were counted.
  return { data: { space, dim, vectors: vectors.subarray(0, contents.length * dim), pictures }, contents };
}

function notesOf(catalog: Catalog, row: SpaceRow): string[] {
  const lacking = catalog.training.lacking(row);
  const broken = catalog.failures.count();
  const where = `space ${row.fingerprint} (${row.backbone})`;
  return [
    ...(lacking > 0 ? [`${lacking} labelled pictures have no embedding in ${where}: nothing is learnt from them`] : []),
    ...(broken > 0
      ? [`${broken} files are in quarantine: nothing is learnt from them; indexer failures lists them`]
      : []),
  ];
}

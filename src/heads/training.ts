/**
 * One training, from the given labels to a row in the catalog. Where it is killed, the same request goes on.
 */
import type { Catalog } from '../catalog/catalog.ts';
import type { SpaceRow } from '../catalog/tables/spaces.ts';
import { PixkinError } from '../errors.ts';
import type { HeadOptions } from '../head/options.ts';
import type { trainHead } from '../training/train.ts';
import type { HeadId, JobControl } from '../types.ts';
import type { Checkpoints } from './checkpoints.ts';
import { newHead } from './new-head.ts';
import { readTrainingSet } from './training-set.ts';

export interface TrainingParts {
  readonly catalog: Catalog;
  readonly checkpoints: Checkpoints;
  /** The environment of the training process; absent: this one's. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly train: typeof trainHead;
}

/**
 * @param notes what was found out before it began
 * @throws PixkinError as `trainHead` does, and `space_not_found` where its space was dropped meanwhile
 */
export async function runHeadTraining(
  { catalog, checkpoints, env, train }: TrainingParts,
  row: SpaceRow,
  options: HeadOptions,
  notes: readonly string[],
  { signal, training, progress, note }: JobControl,
): Promise<HeadId> {
  for (const text of notes) note(text);
  const { data, contents } = await readTrainingSet(catalog, row, signal);
  const trained = await checkpoints.with({ space: data.space, contents, options }, (checkpoint) =>
    train(data, options, {
      signal,
      env,
      checkpoint,
      onProgress(step) {
        training(step);
        progress(step.done, step.total);
      },
    }),
  );
  for (const text of trained.head.evaluation.notes) if (!notes.includes(text)) note(text);
  const head = newHead(trained, contents);
  return catalog.transaction(() => {
    if (catalog.spaces.find(head.space)) return catalog.heads.insert(head);
    throw new PixkinError('space_not_found', `space ${head.space} was dropped while a head was trained in it`);
  });
}

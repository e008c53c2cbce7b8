import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabelledContent } from '../catalog/tables/training.ts';
import type { HeadOptions } from '../head/options.ts';
import type { CheckpointPlace } from '../training/protocol.ts';
import type { SpaceId } from '../types.ts';

/** Where trainings are kept while they run, so that they can go on after a kill. */
export interface Checkpoints {
  /** The same training has the same place. When one is done, those that nobody went on with are removed. */
  with<T>(training: NamedTraining, work: (place: CheckpointPlace | undefined) => Promise<T>): Promise<T>;
}

/** What tells one training from another: the embedding of a content in a space never changes. */
export interface NamedTraining {
  readonly space: SpaceId;
  readonly contents: readonly LabelledContent[];
  readonly options: HeadOptions;
}

/** @param folder null: nothing is kept */
export function createCheckpoints(folder: string | null): Checkpoints {
  let running = 0;
  return {
    async with(training, work) {
      if (folder === null) return work(undefined);
      await mkdir(folder, { recursive: true });
      running++;
      try {
        const done = await work({ path: join(folder, nameOf(training)) });
        // Whoever else runs may be writing one.
        if (running === 1) for (const file of await readdir(folder)) await rm(join(folder, file), { force: true });
        return done;
      } finally {
        running--;
      }
    },
  };
}

function nameOf({ space, contents, options }: NamedTraining): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const learnt = contents.map(({ content, label, split }) => [content, label, split]);
  const key = JSON.stringify([space, given.sort(), learnt]);
  return `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.checkpoint`;
}

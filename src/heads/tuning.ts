/**
 * One tuning, from the given labels to a network of the collection's own and a head of its space.
 */
import { join } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import type { SpaceRow } from '../catalog/tables/spaces.ts';
import type { LabelledContent } from '../catalog/tables/training.ts';
import { PixkinError } from '../errors.ts';
import type { TuneControl, Tuned, TunePicture, TuneTask } from '../tuning/index.ts';
import { headOptionsOf, resolveTuneOptions } from '../tuning/index.ts';
import type { HeadId, JobControl, Sha256, TuneRequest } from '../types.ts';
import { newHead } from './new-head.ts';
import { turn } from './pace.ts';
import { checkTraining } from './training-set.ts';

/** What tunes networks. */
export interface Tuner {
  /** The data folder. */
  readonly data: string;
  readonly tune: (task: TuneTask, control: TuneControl) => Promise<Tuned>;
  /** The space that a network of the collection makes. */
  readonly rowOf: (backbone: string) => Promise<Omit<SpaceRow, 'id'>>;
}

export interface TuningParts {
  readonly catalog: Catalog;
  readonly tuner: Tuner | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** Contents that are looked up in one turn of the event loop. */
const atOnce = 500;
/** Files with the same bytes that are tried, one after the other. */
const mostPaths = 4;

/**
 * Says at once what would make a tuning fail, as far as that is quickly known.
 * @param row the current space: what is in it was read before
 * @returns what whoever tunes should know
 * @throws PixkinError `training_data_invalid`, `invalid_request` (an option)
 */
export function checkTuning(catalog: Catalog, row: SpaceRow, request: TuneRequest): string[] {
  resolveTuneOptions(request);
  return checkTraining(catalog, row, headOptionsOf(request));
}

/** @throws PixkinError as `tuneNetwork` does */
export async function runTuning(
  { catalog, tuner, env }: TuningParts,
  row: SpaceRow,
  request: TuneRequest,
  notes: readonly string[],
  { signal, training, progress, note }: JobControl,
): Promise<HeadId> {
  if (!tuner) throw new PixkinError('invalid_request', 'this collection has no folder to keep a run in');
  const { run, backbone, pooling, cut, backend, checkpointSeconds, checkpointSteps, ...options } = request;
  const current = {
    backbone: row.folder,
    pooling: pooling ?? row.pooling ?? undefined,
    cut: cut ?? row.cut ?? undefined,
  };
  const said = new Set(notes);
  for (const text of said) note(text);
  const tell = (text: string): void => {
    if (!said.has(text)) note(text);
    said.add(text);
  };
  const contents = await readLabelled(catalog, row, signal);
  const tuned = await tuner.tune(
    {
      data: tuner.data,
      name: run,
      network: backbone === undefined ? current : { backbone, pooling, cut },
      pictures: contents.map(({ picture }) => picture),
      options,
      backend,
      checkpoint: {
        ...(checkpointSeconds !== undefined && { everyMs: 1000 * checkpointSeconds }),
        ...(checkpointSteps !== undefined && { everySteps: checkpointSteps }),
      },
    },
    {
      signal,
      env,
      onProgress: training,
      onWork: ({ done, total }) => progress(done, total),
      onNote: tell,
    },
  );
  for (const text of tuned.head.evaluation.notes) tell(text);
  return keep(
    catalog,
    await tuner.rowOf(tuned.name),
    tuned,
    contents.map(({ content }) => content),
  );
}

/** The head in the catalog, once; and its space, which has nothing in it yet. It is in use when the collection moves there. */
function keep(catalog: Catalog, row: Omit<SpaceRow, 'id'>, tuned: Tuned, contents: readonly LabelledContent[]): HeadId {
  const { name, comparison, head } = tuned;
  if (row.fingerprint !== head.space) {
    throw new PixkinError('internal', `network ${name} must make space ${head.space}; it makes ${row.fingerprint}`);
  }
  const before = catalog.heads
    .list()
    .find(
      ({ id, space, data }) =>
        space === head.space && data === head.data && catalog.heads.rest(id).tuning?.run === name,
    );
  if (before) return before.id;
  return catalog.transaction(() => {
    catalog.spaces.put(row);
    return catalog.heads.insert(newHead(tuned, contents, { run: name, comparison }));
  });
}

interface Labelled {
  readonly content: LabelledContent;
  readonly picture: TunePicture;
}

async function readLabelled(catalog: Catalog, row: SpaceRow, signal: AbortSignal): Promise<Labelled[]> {
  const all: Labelled[] = [];
  for (let after: Sha256 | null = null; ; ) {
    const some: LabelledContent[] = catalog.training.labelled(row, after, atOnce);
    const last = some.at(-1);
    if (!last) return all;
    for (const content of some) {
      const { sha256, label, split, phash } = content;
      const images = catalog.images.ofContent(content.content, mostPaths);
      const paths = images.map(({ root, image }) => join(catalog.roots.locate(root).path, image));
      all.push({ content, picture: { content: sha256, paths, label, phash, split } });
    }
    after = last.sha256;
    await turn();
    signal.throwIfAborted();
  }
}

/**
 * The heads of a collection: trained on the given labels, kept in versions, one of them at most in use.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Catalog } from './catalog/catalog.ts';
import type { ImageRow } from './catalog/tables/images.ts';
import { PixkinError } from './errors.ts';
import { createCheckpoints } from './heads/checkpoints.ts';
import { classifyWithHead } from './heads/classify.ts';
import { followSpace } from './heads/follow.ts';
import { createLoadedHeads } from './heads/loaded.ts';
import { headDetail, headRecord, headStatus } from './heads/records.ts';
import { headReport } from './heads/report.ts';
import { runHeadTraining } from './heads/training.ts';
import { checkTraining } from './heads/training-set.ts';
import { checkTuning, runTuning, type Tuner } from './heads/tuning.ts';
import { createUsage, type Usage } from './heads/usage.ts';
import { findSpace } from './spaces/names.ts';
import type { Spaces } from './spaces.ts';
import { trainHead } from './training/train.ts';
import type {
  Classified,
  ClassifyOptions,
  HeadRecord,
  HeadRequest,
  HeadStatus,
  Heads,
  ImageRecord,
  JobControl,
  JobRecord,
  Jobs,
  PictureQuery,
  TuneRequest,
} from './types.ts';

export interface HeadsOptions {
  /** Where a training is kept while it runs, so that it can go on after a kill; null: nowhere. */
  readonly folder: string | null;
  /** The environment of training processes; absent: this process's. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Absent: in a child process. */
  readonly train?: typeof trainHead | undefined;
  /** Absent: no network can be tuned. */
  readonly tuner?: Tuner | undefined;
}

/** What the running job was started with. */
type Asked = { readonly train: HeadRequest } | { readonly tune: TuneRequest };

/** What the rest of a collection needs of its heads. */
export interface CollectionHeads extends Pick<Usage, 'predict' | 'close'> {
  readonly heads: Heads;
  /**
   * When the current space is another one, and complete: another head takes over. It says which in the job's notes.
   * @param o.moved the collection was to move there
   */
  follow(control: JobControl, o: { moved: boolean }): Promise<void>;
  /** Null where no head is asked for, and none is in use. */
  classify(query: PictureQuery, o: ClassifyOptions): Promise<Classified | null>;
  status(): HeadStatus | null;
}

/** @param record an image as it is shown */
export function createHeads(
  catalog: Catalog,
  spaces: Pick<Spaces, 'current' | 'use'>,
  jobs: Pick<Jobs, 'start' | 'list'>,
  record: (row: ImageRow) => ImageRecord,
  { folder, env, train = trainHead, tuner }: HeadsOptions,
): CollectionHeads {
  const heads = createLoadedHeads(catalog);
  const usage = createUsage(catalog, spaces, heads);
  const closing = new AbortController();
  const parts = { catalog, checkpoints: createCheckpoints(folder), env, train, tuner };
  let asked: Asked | null = null;

  const currentRow = () => catalog.spaces.find(spaces.current().id)!;
  const recordOf = (id: number): HeadRecord => headRecord(catalog, heads.row(id));

  /** The job that runs, where it is the same: after a kill of the command that began it, it goes on. @throws `busy` for another one */
  const running = (request: Asked): JobRecord | undefined => {
    const job = jobs.list().find(({ kind, state }) => kind === 'train' && state === 'running');
    if (job && !isDeepStrictEqual(asked, request)) {
      throw new PixkinError('busy', `a training is running already, as job ${job.id}`);
    }
    return job;
  };

  const all: Heads = {
    list: () => catalog.heads.list().map((row) => headRecord(catalog, row)),
    get: (id) => headDetail(catalog, heads.row(id)),
    load(id) {
      heads.row(id);
      return heads.load(id);
    },
    projection: (id) => catalog.projections.find(catalog.spaces.find(heads.row(id).space)!) ?? null,
    train(request) {
      const same = running({ train: request });
      if (same) return same;
      const { space, use = true, ...options } = request;
      const row = space === undefined ? currentRow() : findSpace(catalog.spaces.list(), space);
      const notes = checkTraining(catalog, row, options);
      asked = { train: request };
      return jobs.start('train', async (control) => {
        const id = await runHeadTraining(parts, row, options, notes, control);
        const isCurrent = row.fingerprint === spaces.current().id;
        if (use && !isCurrent) {
          control.note(`head ${id} is not in use: space ${row.fingerprint} (${row.backbone}) is not the current one`);
        }
        if (use && isCurrent) await usage.use(id, { signal: control.signal });
        return recordOf(id);
      });
    },
    tune(request) {
      const same = running({ tune: request });
      if (same) return same;
      const row = currentRow();
      const notes = checkTuning(catalog, row, request);
      asked = { tune: request };
      return jobs.start('train', async (control) => recordOf(await runTuning(parts, row, request, notes, control)));
    },
    async use(id) {
      await usage.use(id);
      return id === null ? null : recordOf(id);
    },
    delete(id) {
      const was = recordOf(id);
      usage.delete(id);
      return was;
    },
    report: (id, o) => headReport({ catalog, heads, record }, id, { ...o, signal: closing.signal }),
  };
  return {
    heads: all,
    predict: usage.predict,
    follow: (control, { moved }) =>
      followSpace(
        {
          catalog,
          moved,
          space: spaces.current().id,
          train: (options) =>
            runHeadTraining(parts, currentRow(), options, checkTraining(catalog, currentRow(), options), control),
          use: (id) => usage.use(id, { signal: control.signal }),
        },
        control,
      ),
    async classify(query, { head, top, signal }) {
      const id = head ?? catalog.heads.inUse()?.id;
      return id === undefined ? null : classifyWithHead({ catalog, spaces, heads }, id, query, { top, signal });
    },
    status: () => headStatus(catalog),
    async close() {
      closing.abort(new PixkinError('closed', 'the collection is closed'));
      await usage.close();
    },
  };
}

/**
 * From one space to another and back. What a switch checks and changes is one transaction.
 */
import type { Catalog } from '../catalog/catalog.ts';
import type { SpaceRow } from '../catalog/tables/spaces.ts';
import { PixkinError, toPixkinError } from '../errors.ts';
import type { NetworkChoice, Rebuilt, SpaceId } from '../types.ts';
import { type Filled, fill } from './fill.ts';
import { fitProjection, planProjection } from './fit-projection.ts';
import type { Lending } from './lending.ts';
import { noteTroubles } from './notes.ts';
import type { FoundNetwork, Networks, Space, SpacesJob } from './space.ts';

export interface Moves {
  rebuild(job: SpacesJob, fromCache: boolean): Promise<Rebuilt>;
  moveTo(job: SpacesJob, choice: NetworkChoice, o: { dropOld: boolean }): Promise<Rebuilt>;
  rollback(job: SpacesJob): Promise<Rebuilt>;
}

export interface MovesParts {
  readonly catalog: Catalog;
  readonly networks: Networks;
  readonly lending: Lending;
  /** What a job fills, and what is being dropped. */
  readonly busy: Map<SpaceId, 'filled' | 'dropped'>;
  readonly patienceMs: number;
  current(): Space;
  setCurrent(space: Space): void;
  drop(row: SpaceRow): Promise<void>;
}

export function createMoves(o: MovesParts): Moves {
  const { catalog, networks, lending, busy, current } = o;

  const currentRow = (): SpaceRow => catalog.spaces.find(current().id)!;
  const complete = (space: Space, job: SpacesJob, classes = false): Promise<Filled> =>
    fill(space, { ...o, ...job, classes });
  /** What failed once may have been the doing of a network or of a time limit that is mended now: it is tried again. */
  const fillAnew = (space: Space, job: SpacesJob, classes = false): Promise<Filled> => {
    space.embeddings.forgetFailures();
    return complete(space, job, classes);
  };
  const rebuilt = (space: Space, filled: Filled): Rebuilt => {
    return { space: space.id, ...filled, vectors: space.vectors.status().count };
  };
  const rebuild: Moves['rebuild'] = (job, fromCache) =>
    lending.hold(current(), async (space) => {
      const { signal, progress } = job.control;
      if (!fromCache) await noteTroubles(catalog, networks, currentRow(), job.control);
      const filled = fromCache ? { embedded: 0, failed: 0 } : await fillAnew(space, job, true);
      await space.vectors.rebuild({ signal, onProgress: progress });
      await job.completed?.();
      return rebuilt(space, filled);
    });

  /** False where something has arrived that the target lacks. */
  const switchTo = (target: Space): boolean => {
    const isComplete = catalog.transaction(() => {
      if (target.embeddings.lackingCount() > 0) return false;
      catalog.meta.set('previous', current().id);
      catalog.meta.set('returned', null);
      catalog.meta.set('space', target.id);
      return true;
    });
    if (isComplete) o.setCurrent(target);
    return isComplete;
  };
  const dropPrevious = async (): Promise<{ dropped?: SpaceId }> => {
    const row = catalog.spaces.find(catalog.meta.get('previous') ?? '');
    if (!row) return {};
    await o.drop(row);
    return { dropped: row.fingerprint };
  };
  const whileFilled = async <T>(id: SpaceId, work: () => Promise<T>): Promise<T> => {
    if (busy.has(id)) throw new PixkinError('space_in_use', `space ${id} is being ${busy.get(id)}; try again later`);
    busy.set(id, 'filled');
    try {
      return await work();
    } finally {
      busy.delete(id);
    }
  };

  /** `embedded`: what went through the network for a projection to be fitted. */
  const networkOf = async (
    { control }: SpacesJob,
    { project, ...choice }: NetworkChoice,
  ): Promise<{ found: FoundNetwork; embedded: number }> => {
    if (project === undefined) return { found: await networks.find(choice, currentRow()), embedded: 0 };
    const plan = await planProjection(catalog, networks, { ...choice, project }, currentRow());
    if (plan.fitted) return { found: await networks.recall(plan.fitted), embedded: 0 };
    const { row, embedded } = await fitProjection(catalog, plan, control, current().provenance);
    return { found: await networks.recall(row), embedded };
  };

  return {
    rebuild,
    async moveTo(job, choice, { dropOld }) {
      const { found, embedded: before } = await networkOf(job, choice);
      const { fingerprint: id } = found.row;
      const move = async (target: Space): Promise<Rebuilt> => {
        await noteTroubles(catalog, networks, found.row, job.control);
        await target.workers.ready();
        let { embedded, failed } = await fillAnew(target, job);
        // What arrived while this ran went to the old space: until nothing is lacking.
        while (!switchTo(target)) {
          const more = await complete(target, job);
          embedded += more.embedded;
          failed += more.failed;
        }
        await job.completed?.();
        return rebuilt(target, { embedded: before + embedded, failed });
      };
      const moved =
        id === current().id
          ? await rebuild(job, false)
          : await whileFilled(id, () => lending.borrow(id, async () => found, move));
      return { ...moved, ...(dropOld && (await dropPrevious())) };
    },
    async rollback(job) {
      const previous = catalog.meta.get('previous');
      // It was killed, or a picture stopped it, after it had switched.
      if (previous === undefined && catalog.meta.get('returned') === current().id) return rebuild(job, false);
      const row = previousSpace(catalog);
      const goBack = async (target: Space): Promise<Rebuilt> => {
        catalog.transaction(() => {
          catalog.meta.set('previous', null);
          catalog.meta.set('returned', target.id);
          catalog.meta.set('space', target.id);
        });
        o.setCurrent(target);
        const filled = await fillAnew(target, job).catch((error: unknown) => {
          throw afterTheSwitch(target, error);
        });
        await job.completed?.();
        return rebuilt(target, filled);
      };
      // Before the switch: a space without its network takes no new pictures.
      const found = await networks.recall(row);
      const { fingerprint: id } = row;
      return whileFilled(id, () => lending.borrow(id, async () => found, goBack));
    },
  };
}

/** @throws PixkinError `space_not_found` */
export function previousSpace(catalog: Catalog): SpaceRow {
  const row = catalog.spaces.find(catalog.meta.get('previous') ?? '');
  if (row) return row;
  throw new PixkinError('space_not_found', 'there is no previous space to go back to', {
    hint: 'indexer rebuild --backbone moves to any network; what its space has already is not embedded again',
  });
}

/** The error, which leaves no doubt about where the collection is now. */
function afterTheSwitch({ id }: Space, error: unknown): PixkinError {
  const { code, message, hint } = toPixkinError(error);
  const said = `space ${id} is the current one again, but ${message}`;
  return new PixkinError(code, said, { ...(hint !== undefined && { hint }), cause: error });
}

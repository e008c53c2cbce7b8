/**
 * Which space is asked and filled. All that changes together when the network changes is one value, replaced in one assignment;
 * who began with the old one ends with it.
 */
import type { Catalog } from './catalog/catalog.ts';
import type { SpaceRow } from './catalog/tables/spaces.ts';
import { PixkinError } from './errors.ts';
import { dropSpace } from './spaces/drop.ts';
import { planProjection } from './spaces/fit-projection.ts';
import { createLending } from './spaces/lending.ts';
import { createMoves, previousSpace } from './spaces/moves.ts';
import { findSpace } from './spaces/names.ts';
import { planRebuild } from './spaces/plan.ts';
import { spaceRecord } from './spaces/records.ts';
import type { FoundNetwork, Networks, Space, SpacesJob } from './spaces/space.ts';
import type { NetworkChoice, RebuildPlan, Rebuilt, SpaceId, SpaceRecord } from './types.ts';

export type { FoundNetwork, Networks, Space, SpacesJob } from './spaces/space.ts';

export interface Spaces {
  current(): Space;
  /** Those that are open: their indexes are to be told of what is purged. */
  opened(): Space[];
  /**
   * Runs `work` with the current space, or with the one that is asked for, which stays open until it ends, whatever is switched
   * meanwhile. Throws `space_not_found`, and what opening it throws.
   */
  use<T>(work: (space: Space) => Promise<T>, asked?: string): Promise<T>;
  list(): SpaceRecord[];
  /** Embeds what the current space lacks, then builds its index anew; `fromCache`: the index only. */
  rebuild(job: SpacesJob, fromCache: boolean): Promise<Rebuilt>;
  /** Fills the space of another network beside the current one, and switches when nothing is lacking. */
  moveTo(job: SpacesJob, choice: NetworkChoice, o: { dropOld: boolean }): Promise<Rebuilt>;
  /** Switches to the space that the last move left, then embeds what arrived since. */
  rollback(job: SpacesJob): Promise<Rebuilt>;
  /** What a rebuild to there would do; it embeds a few pictures to find out how fast. */
  plan(job: SpacesJob, to: NetworkChoice | 'previous'): Promise<RebuildPlan>;
  /** With its heads. Throws `space_not_found`, `space_in_use`. */
  drop(asked: string): Promise<SpaceRecord>;
  close(): Promise<void>;
}

export interface SpacesOptions {
  /** How long a space that is not the current one stays open after its last use; absent: a minute. Milliseconds. */
  readonly idleMs?: number;
  /** How long a fill waits for files that are gone to leave the results; absent: two seconds. Milliseconds. */
  readonly patienceMs?: number;
}

export function createSpaces(catalog: Catalog, first: Space, networks: Networks, o: SpacesOptions = {}): Spaces {
  const { idleMs = 60_000, patienceMs = 2000 } = o;
  const lending = createLending(first, idleMs);
  /** What a job fills, and what is being dropped. */
  const busy = new Map<SpaceId, 'filled' | 'dropped'>();
  let current = first;

  const row = (): SpaceRow => catalog.spaces.find(current.id)!;
  const rows = (): SpaceRow[] => catalog.spaces.list().filter(({ fingerprint: id }) => busy.get(id) !== 'dropped');
  const record = (row: SpaceRow): SpaceRecord => spaceRecord(catalog, networks, row);
  const drop = async (row: SpaceRow): Promise<void> => {
    const { fingerprint: id, backbone } = row;
    const refuse = (why: string, hint: string): never => {
      throw new PixkinError('space_in_use', `space ${id} (${backbone}) is ${why}`, { hint });
    };
    if (id === current.id)
      refuse('the current one', 'indexer rebuild --backbone moves to another, --rollback goes back');
    if (busy.has(id)) refuse(`being ${busy.get(id)}`, 'try again when that is done');
    busy.set(id, 'dropped');
    try {
      await lending.evict(id);
      await dropSpace(catalog, networks, row);
    } finally {
      busy.delete(id);
    }
  };
  /** A network that there is, and the space that a rebuild would make with it. */
  const plannedSpace = async (to: NetworkChoice | 'previous') => {
    const known = async (found: FoundNetwork) => ({ found, planned: found.row });
    if (to === 'previous') return known(await networks.recall(previousSpace(catalog)));
    const { project, ...choice } = to;
    if (project === undefined) return known(await networks.find(choice, row()));
    const { base, fitted } = await planProjection(catalog, networks, { ...choice, project }, row());
    if (fitted) return known(await networks.recall(fitted));
    return { found: base, planned: { ...base.row, fingerprint: null, dim: project, base: base.row.fingerprint } };
  };
  const moves = createMoves({
    ...{ catalog, networks, lending, busy, drop, patienceMs },
    current: () => current,
    setCurrent(space) {
      const before = current;
      lending.pin(space);
      current = space;
      if (before !== space) lending.unpin(before);
    },
  });

  return {
    current: () => current,
    opened: lending.opened,
    use: async (work, asked) => {
      if (asked === undefined) return lending.hold(current, work);
      const row = findSpace(rows(), asked);
      return lending.borrow(row.fingerprint, () => networks.recall(row), work);
    },
    list() {
      // A network that an empty collection was once opened with has left a row, and nothing else; one that was tuned has a head.
      const withHead = new Set(catalog.heads.list().map(({ space }) => space));
      const isWorthTelling = (s: SpaceRecord) =>
        s.current || s.previous || s.embedded > 0 || busy.has(s.id) || withHead.has(s.id);
      const records = rows().map(record).filter(isWorthTelling);
      return records.sort((a, b) => Number(b.current) - Number(a.current));
    },
    ...moves,
    async plan({ control }, to) {
      const { found, planned } = await plannedSpace(to);
      const isOpen = found.row.fingerprint === current.id;
      const workers = isOpen ? current.workers : await found.workers();
      try {
        return await planRebuild(catalog, networks, planned, workers, control);
      } finally {
        if (!isOpen) await workers.close();
      }
    },
    async drop(asked) {
      const row = findSpace(rows(), asked);
      const before = record(row);
      await drop(row);
      return before;
    },
    close: lending.close,
  };
}

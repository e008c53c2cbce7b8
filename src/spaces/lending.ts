/**
 * Spaces that are open, each once: two indexes over the same embeddings would not hear of each other's changes. A space is closed
 * when nobody has used it for a while.
 */
import { PixkinError } from '../errors.ts';
import type { SpaceId } from '../types.ts';
import type { FoundNetwork, Space } from './space.ts';

export interface Lending {
  /** Those that are open now. */
  opened(): Space[];
  /** Keeps a space that is open so until `work` ends. */
  hold<T>(space: Space, work: (space: Space) => Promise<T>): Promise<T>;
  /** The same with a space that may have to be opened first. */
  borrow<T>(id: SpaceId, find: () => Promise<FoundNetwork>, work: (space: Space) => Promise<T>): Promise<T>;
  /** Keeps a space open until it is let go. */
  pin(space: Space): void;
  unpin(space: Space): void;
  /** Waits until nobody uses a space, and closes it. */
  evict(id: SpaceId): Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  readonly space: Promise<Space>;
  opened: Space | null;
  users: number;
  pinned: boolean;
  idle: NodeJS.Timeout | undefined;
  /** Called when the last user has left. */
  onIdle: (() => void) | undefined;
}

/** @param idleMs how long a space that nobody uses stays open, in milliseconds */
export function createLending(first: Space, idleMs: number): Lending {
  const entries = new Map<SpaceId, Entry>([[first.id, opened(first)]]);
  const closing = new Map<SpaceId, Promise<void>>();
  let ended = false;

  const entryOf = ({ id }: Space): Entry => entries.get(id)!;
  const take = (entry: Entry): void => {
    entry.users++;
    clearTimeout(entry.idle);
  };
  const give = (id: SpaceId, entry: Entry): void => {
    if (--entry.users > 0) return;
    entry.onIdle?.();
    if (ended || entry.pinned || entries.get(id) !== entry) return;
    if (idleMs === 0) shut(id, entry);
    else entry.idle = setTimeout(() => shut(id, entry), idleMs).unref();
  };
  /** Closes it when its last user has left. Whoever asks for that space meanwhile waits for this, and then opens it anew. */
  const shut = (id: SpaceId, entry: Entry): void => {
    clearTimeout(entry.idle);
    entries.delete(id);
    const idle = new Promise<void>((resolve) => {
      if (entry.users === 0) resolve();
      else entry.onIdle = resolve;
    });
    // Its files are derived: what could not be written is built again when it is opened.
    const done = Promise.all([entry.space, idle])
      .then(([space]) => closeSpace(space))
      .catch(() => {});
    closing.set(id, done);
    void done.then(() => {
      if (closing.get(id) === done) closing.delete(id);
    });
  };
  const openEntry = (id: SpaceId, find: () => Promise<FoundNetwork>): Entry => {
    const space = (async () => {
      await closing.get(id);
      return (await find()).open();
    })();
    const entry: Entry = { ...blank, space };
    entries.set(id, entry);
    space.then(
      (it) => {
        entry.opened = it;
      },
      () => {
        if (entries.get(id) === entry) entries.delete(id);
      },
    );
    return entry;
  };

  return {
    opened: () => [...entries.values()].flatMap((entry) => entry.opened ?? []),
    async hold(space, work) {
      const entry = entryOf(space);
      take(entry);
      try {
        return await work(space);
      } finally {
        give(space.id, entry);
      }
    },
    async borrow(id, find, work) {
      if (ended) throw new PixkinError('closed', 'the collection is closed');
      const entry = entries.get(id) ?? openEntry(id, find);
      take(entry);
      try {
        return await work(await entry.space);
      } finally {
        give(id, entry);
      }
    },
    pin(space) {
      const entry = entryOf(space);
      entry.pinned = true;
      clearTimeout(entry.idle);
    },
    unpin(space) {
      const entry = entryOf(space);
      entry.pinned = false;
      take(entry);
      give(space.id, entry);
    },
    async evict(id) {
      const entry = entries.get(id);
      if (entry) shut(id, entry);
      await closing.get(id);
    },
    async close() {
      ended = true;
      const all = [...entries];
      // What waits for a worker ends with an error; what is past that still ends as it began, before the catalog closes under it.
      await Promise.allSettled(all.map(async ([, entry]) => (await entry.space).workers.close()));
      for (const [id, entry] of all) shut(id, entry);
      await Promise.all(closing.values());
    },
  };
}

const blank = { opened: null, users: 0, pinned: false, idle: undefined, onIdle: undefined } as const;

function opened(space: Space): Entry {
  return { ...blank, space: Promise.resolve(space), opened: space, pinned: true };
}

async function closeSpace(space: Space): Promise<void> {
  await Promise.all([space.workers.close(), space.vectors.close()]);
}

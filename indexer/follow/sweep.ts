/**
 * Makes the catalog equal to one root on the disk.
 */
import { type KnownFile, PixkinError, type RootRecord } from '../../src/index.ts';
import { compare } from './compare.ts';
import { type Context, fileKey } from './context.ts';
import { identify, isLost, mustHold, presence } from './guard.ts';
import type { Rules } from './ignore.ts';
import { inLanes } from './lanes.ts';
import { readAll } from './read-all.ts';
import type { Tally } from './tally.ts';
import { liesIn, type Walked, walk } from './walk.ts';

/** Paths that are looked for at the same time, and that are forgotten in one go. */
const lookAtOnce = 64;
const forgetAtOnce = 500;
/** Paths that one warning names. */
const named = 10;

export interface SweepOptions {
  readonly tally: Tally;
  readonly signal: AbortSignal;
  /** Removals are not held, and a root of which nothing is left is believed. */
  readonly confirmed: boolean;
  /** The first one of this process: the root is `sweeping` until it ends. */
  readonly first: boolean;
}

/**
 * Sweeps one root and sets its state. Rejects with the signal's reason, or `root_offline` where nothing can be
 * confirmed for lack of a folder.
 */
export async function sweepRoot(c: Context, name: string, o: SweepOptions): Promise<void> {
  const root = c.collection.roots.get(name);
  const identity = await identify(root.path);
  if (identity === null && o.confirmed) {
    throw new PixkinError(
      'root_offline',
      `root "${name}": its folder must be there to confirm what is gone from it; it is missing or unreadable`,
      { hint: 'bring it back, or remove the root' },
    );
  }
  const known = c.collection.known(name);
  const rules = c.rulesFor(root.path);
  const walked = identity === null ? undefined : await walk(root.path, rules, { signal: o.signal });
  const seenAt = performance.now();
  if (!walked || walked.unreadable.includes('') || (!o.confirmed && isLost(known, walked, rules))) {
    o.tally.walked({ unchanged: 0, ignored: 0, todo: 0 });
    setOffline(c, name, walked ? 'none of its known pictures is in its folder' : 'its folder is missing or unreadable');
    return;
  }
  tell(c, name, walked, o.first);
  const { unchanged, todo } = await compare(c.collection, root, known, walked.files);
  let ignored = 0;
  for (const files of walked.others.values()) ignored += files;
  o.tally.walked({ unchanged, ignored, todo: todo.length });
  if (o.first || root.state === 'offline') c.collection.roots.setState(name, 'sweeping');
  try {
    const vanished = new Set(await readAll(c, root, todo, seenAt, o));
    const seen = new Set(walked.files.map(({ path }) => path).filter((path) => !vanished.has(path)));
    // Renamed images have moved meanwhile.
    const now = todo.length > 0 ? c.collection.known(name) : known;
    const suspects = [...now.keys()].filter((path) => !seen.has(path) && !liesIn(path, walked.unreadable));
    const gone = await findGone(root, rules, suspects, o.signal);
    if (gone.length > 0 && (await identify(root.path)) !== identity) {
      setOffline(c, name, 'its folder went away during a sweep');
      return;
    }
    const goneImages = gone.filter((path) => !now.get(path)?.failed).length;
    if (!o.confirmed && mustHold(goneImages, countImages(known), c.maxRemoval)) {
      c.log('many pictures are gone: nothing is removed until that is confirmed', { root: name, gone: goneImages });
      c.collection.roots.setState(name, 'held', goneImages);
      return;
    }
    await forget(c, name, gone, o);
    c.collection.roots.setState(name, 'online');
  } catch (error) {
    // It is not sweeping any more.
    if (c.collection.roots.list().some((r) => r.name === name)) {
      c.collection.roots.setState(name, root.state, root.held);
    }
    throw error;
  }
}

/** Marks a root offline; says so where it was not. */
export function setOffline(c: Context, name: string, why: string): void {
  if (c.collection.roots.get(name).state === 'offline') return;
  c.log('a root is offline: nothing is removed, its pictures stay in the results', { root: name, why });
  c.collection.roots.setState(name, 'offline');
}

/** A file that the rules leave out now, which they took before, is gone too. */
async function findGone(root: RootRecord, rules: Rules, suspects: string[], signal: AbortSignal): Promise<string[]> {
  const gone: string[] = [];
  const check = async (path: string) => {
    if (!rules.takes(path) || (await presence(root.path, path)) === 'gone') gone.push(path);
  };
  await inLanes(suspects, lookAtOnce, check, signal);
  return gone;
}

async function forget(c: Context, name: string, gone: readonly string[], o: SweepOptions): Promise<void> {
  for (let from = 0; from < gone.length; from += forgetAtOnce) {
    o.signal.throwIfAborted();
    const paths = gone.slice(from, from + forgetAtOnce);
    await Promise.all(paths.map((path) => c.queue.idle(fileKey(name, path))));
    for (const outcome of await c.collection.forget(name, paths)) o.tally.outcome(outcome);
  }
}

function tell(c: Context, name: string, walked: Walked, first: boolean): void {
  const { unreadable, others } = walked;
  if (unreadable.length > 0) {
    const paths = unreadable.slice(0, named);
    c.log('some paths cannot be read: what is known under them stays', { root: name, count: unreadable.length, paths });
  }
  if (first && others.size > 0) c.info('no pictures by their endings', { root: name, ...Object.fromEntries(others) });
}

function countImages(known: ReadonlyMap<string, KnownFile>): number {
  let images = 0;
  for (const file of known.values()) if (!file.failed) images++;
  return images;
}

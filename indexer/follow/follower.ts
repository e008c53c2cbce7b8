/**
 * Follows roots: sweeps them, watches them, and keeps the collection equal to the disk.
 */
import { join } from 'node:path';
import {
  type Collection,
  type Follower,
  type JobControl,
  type JobRecord,
  PixkinError,
  type Summary,
} from '../../src/index.ts';
import { type Context, type Timing, usualTiming } from './context.ts';
import type { Log, OpenNative } from './events.ts';
import { createFollowed, type Followed } from './followed.ts';
import type { MaxRemoval } from './guard.ts';
import { createRules } from './ignore.ts';
import { checkMoved, isPlainFile, realFolder, rootAt, rootName, staysInside } from './places.ts';
import { createQueue } from './queue.ts';
import { createTally } from './tally.ts';

export interface FollowerOptions {
  /** How changes are noticed between sweeps. `off`: not at all. Default `auto`. */
  readonly watch?: 'auto' | 'native' | 'poll' | 'off';
  /** Milliseconds between the timed sweeps; 0: none. Default ten minutes. */
  readonly sweepEvery?: number;
  /** Globs of paths to leave out. */
  readonly exclude?: readonly string[];
  /** Look at every file, whatever its ending. */
  readonly allFiles?: boolean;
  /** Default: more than 50 images and more than a fifth of a root. */
  readonly maxRemoval?: MaxRemoval;
  /** Pictures read at the same time. Default 4. */
  readonly concurrency?: number;
  /** Absolute; left out where it lies in a root. */
  readonly dataFolder?: string;
  /** Told what somebody should know. */
  readonly log?: Log;
  /** Told what happens. */
  readonly info?: Log;
  readonly timing?: Partial<Timing>;
  /** Another native watcher. */
  readonly openNative?: OpenNative;
}

export interface StartableFollower extends Follower {
  /** Begins to watch every root and to sweep on a timer; the first sweep is a job. Resolves when that has begun. */
  start(): Promise<void>;
}

/** What a timer can count, ms: a longer one would ring at once. */
const longestTimer = 2 ** 31 - 1;

export function createFollower(collection: Collection, o: FollowerOptions = {}): StartableFollower {
  const closing = new AbortController();
  const places = Math.max(1, o.concurrency ?? 4);
  const { exclude = [], allFiles = false, dataFolder } = o;
  const context: Context = {
    collection,
    queue: createQueue(places),
    log: o.log ?? (() => {}),
    info: o.info ?? (() => {}),
    timing: { ...usualTiming, ...o.timing },
    maxRemoval: o.maxRemoval ?? { count: 50, fraction: 0.2 },
    watch: o.watch ?? 'auto',
    places,
    closing: closing.signal,
    openNative: o.openNative,
    rulesFor: (root) => createRules(root, { exclude, allFiles, dataFolder }),
  };
  const followed = new Map<string, Followed>();
  const jobs = new Set<string>();
  const timers: NodeJS.Timeout[] = [];
  let started = false;

  function follow(name: string): Followed {
    const found = followed.get(name) ?? createFollowed(context, name);
    followed.set(name, found);
    return found;
  }

  /** Runs something while nothing happens to a root, then goes on under the name that it has. */
  async function pause<T extends { name: string } | undefined>(name: string, change: () => T): Promise<T> {
    collection.roots.get(name);
    await followed.get(name)?.stop();
    followed.delete(name);
    let next: string | undefined = name;
    try {
      const record = change();
      next = record?.name;
      return record;
    } finally {
      if (started && next !== undefined) await begin(next);
    }
  }

  async function begin(name: string, sweep = true): Promise<void> {
    await follow(name).watch();
    if (sweep) sweepJob([name], false);
  }

  function every(ms: number, work: (root: Followed) => void): void {
    if (ms > 0) timers.push(setInterval(() => [...followed.values()].forEach(work), Math.min(ms, longestTimer)));
  }

  function sweepJob(names: readonly string[], confirmed: boolean): JobRecord {
    if (closing.signal.aborted) throw new PixkinError('closed', 'the follower is closed');
    const job = collection.jobs.start('index', (control) => sweepAll(names, control, confirmed));
    jobs.add(job.id);
    return job;
  }

  async function sweepAll(names: readonly string[], control: JobControl, confirmed: boolean): Promise<Summary> {
    const start = performance.now();
    const { inferences } = collection.status();
    const tally = createTally(names.length, control);
    const sweeps = names.map((name) => follow(name).sweep({ tally, signal: control.signal, confirmed }));
    const ended = await Promise.allSettled(sweeps);
    control.signal.throwIfAborted();
    const failed = ended.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
    return {
      ...tally.counts(),
      quarantined: collection.failures().filter(({ root }) => names.includes(root)).length,
      inferences: collection.status().inferences - inferences,
      seconds: Math.round(performance.now() - start) / 1000,
    };
  }

  return {
    async start() {
      started = true;
      const roots = collection.roots.list();
      const names = roots.map(({ name }) => name);
      // What an earlier process found is not known of this one yet.
      for (const { name, state } of roots) if (state !== 'offline') collection.roots.setState(name, 'sweeping');
      await Promise.all(names.map((name) => follow(name).watch()));
      if (names.length > 0) sweepJob(names, false);
      every(o.sweepEvery ?? 600_000, (root) => root.sweepSoon('it is time'));
      every(context.timing.check, (root) => void root.check());
    },
    async add(path, { name, sweep } = {}) {
      const folder = await realFolder(path);
      const existing = rootAt(collection, folder);
      if (existing) return existing;
      if (dataFolder !== undefined && folder === (await realFolder(dataFolder).catch(() => dataFolder))) {
        throw new PixkinError('invalid_request', `${path} is the data folder: expected a folder of pictures`);
      }
      const root = collection.roots.add(name ?? rootName(path), folder);
      if (started) await begin(root.name, sweep);
      return root;
    },
    async remove(name) {
      await pause(name, () => void collection.roots.remove(name));
    },
    rename: (name, to) => pause(name, () => collection.roots.rename(name, to)),
    async relocate(name, path) {
      collection.roots.get(name);
      const folder = await realFolder(path);
      const other = rootAt(collection, folder, name);
      if (other) throw new PixkinError('root_exists', `${path} is followed already, as root "${other.name}"`);
      await checkMoved(name, folder, collection.known(name));
      return pause(name, () => {
        collection.roots.relocate(name, folder);
        collection.roots.setState(name, 'online');
        return collection.roots.get(name);
      });
    },
    sweep(names = collection.roots.list().map(({ name }) => name)) {
      for (const name of names) collection.roots.get(name);
      return sweepJob(names, false);
    },
    confirm(name) {
      const { state } = collection.roots.get(name);
      if (state === 'held' || state === 'offline') return sweepJob([name], true);
      throw new PixkinError('nothing_held', `root "${name}": no removal waits for confirmation; its state is ${state}`);
    },
    progress: () => context.queue.progress(),
    async isPending(image, root) {
      if (!staysInside(image)) return false;
      const roots = root === undefined ? collection.roots.list() : [collection.roots.get(root)];
      const forms = new Set([image, image.normalize('NFC'), image.normalize('NFD')]);
      for (const { name, path } of roots) {
        const rules = context.rulesFor(path);
        for (const form of forms) {
          if (!rules.takes(form)) continue;
          if ((await isPlainFile(join(path, form))) && !collection.known(name).has(form)) return true;
        }
      }
      return false;
    },
    async close() {
      closing.abort();
      for (const timer of timers) clearInterval(timer);
      await Promise.all([...jobs].map((id) => collection.jobs.cancel(id).catch(() => undefined)));
      await Promise.all([...followed.values()].map((root) => root.stop()));
    },
  };
}

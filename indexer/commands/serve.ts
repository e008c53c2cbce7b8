import { setTimeout as sleep } from 'node:timers/promises';
import { PixkinError, readHolder } from '../../src/index.ts';
import { aborted, type Context } from '../context.ts';
import { realFolder } from '../follow/places.ts';
import { type Held, hold } from '../hold.ts';

export interface FollowOptions {
  readonly name?: string;
  /** Where to listen: what is configured for `serve`, any free port of this machine for `watch`. */
  readonly host: string;
  readonly port: number;
}

/** Follows folders (those that are remembered, when none is named) and answers over HTTP, until a signal ends it. */
export async function serve(context: Context, folders: readonly string[], o: FollowOptions): Promise<number> {
  const { io, signal } = context;
  if (folders.length !== 1 && o.name !== undefined) {
    throw new PixkinError('usage', `--name names one folder; got ${folders.length} folders`);
  }
  // Said before it listens, not after.
  for (const folder of folders) await realFolder(folder);
  const held = await holdAlone(context);
  try {
    // What an earlier process found is not known of this one yet: `online` means that its first sweep is complete.
    for (const { name, state } of held.collection.roots.list()) {
      if (state !== 'offline') held.collection.roots.setState(name, 'sweeping');
    }
    // Answers come from the first second on, while the first sweep still runs.
    const url = await held.listen(o.host, o.port);
    io.json({ type: 'listening', url });
    io.text(`listening on ${url}`);
    for (const folder of folders) await held.follower.add(folder, o.name === undefined ? {} : { name: o.name });
    if (held.collection.roots.list().length === 0) io.note('no folder is followed yet: indexer index DIR adds one');
    const ready = await Promise.race([held.collection.ready(), aborted(signal)]);
    if (ready) {
      io.note(`the network runs on ${ready.device} (${ready.why})`);
      const stopTelling = tell(context, held);
      await held.follower.start();
      await aborted(signal);
      stopTelling();
    }
  } finally {
    await held.close();
  }
  return signal.reason === 'SIGINT' ? 130 : 0;
}

/** Says what becomes of each file, and now and then how far the work is. */
function tell({ io }: Context, { collection, follower }: Held): () => void {
  const unsubscribe = collection.subscribe((outcome) => {
    if (outcome.type !== 'unchanged') io.json(outcome);
    if (outcome.type === 'failed' && !io.isJson) {
      io.note(`failed: ${outcome.root}: ${outcome.image}: ${outcome.reason}: ${outcome.message}`);
    }
  });
  let idle = false;
  const timer = setInterval(() => {
    const { pending, rate } = follower.progress();
    if (pending > 0) io.note(`${pending} pictures to do${rate === null ? '' : `, ${rate.toFixed(1)}/s`}`);
    else if (!idle) io.note(`${collection.status().images} images; waiting for changes`);
    idle = pending === 0;
  }, 3000);
  return () => {
    clearInterval(timer);
    unsubscribe();
  };
}

/** Unlike other commands this one cannot work through another process. */
async function holdAlone(context: Context): Promise<Held> {
  // A holder that has just been told to end may need a moment.
  for (let left = 20; ; left--) {
    context.signal.throwIfAborted();
    try {
      return await hold(context);
    } catch (error) {
      if (!(error instanceof PixkinError) || error.code !== 'collection_locked') throw error;
      const holder = readHolder(context.config.data);
      if (left === 0 || holder) {
        throw new PixkinError('collection_locked', error.message, {
          hint: holder
            ? `it answers at ${holder.url} (process ${holder.pid})`
            : 'wait until it ends, or use another --data folder',
          cause: error,
        });
      }
      await sleep(100);
    }
  }
}

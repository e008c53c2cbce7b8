import { availableParallelism } from 'node:os';
import { PixkinError } from '../errors.ts';
import { forkable } from '../files.ts';
import type { Device, Workers } from '../types.ts';
import { type Child, describeEnding, type Ending, startChild } from './child.ts';
import type { Message, Method, Methods, Result, SentError } from './protocol.ts';
import { createQueue } from './queue.ts';
import { cancelled, createTask, type Task } from './task.ts';

/** Absent fields have defaults. */
export interface WorkersOptions {
  /** Folder of the network and its manifest. */
  readonly backbone: string;
  readonly device: Device;
  /** How many processes; absent: one for each core, one on a GPU. They start when there is work. */
  readonly size?: number | undefined;
  /** How long one picture may take, in milliseconds; absent: 30 seconds. */
  readonly timeLimitMs?: number | undefined;
  /** How long a process may take to start and to load its network, in milliseconds; absent: two minutes. */
  readonly startLimitMs?: number | undefined;
  /** Width times height beyond which a picture is `too_large`; absent: 100 megapixels. */
  readonly maxPixels?: number | undefined;
  /** How many queries may wait; one more is `busy`; absent: 100. Bulk work is bounded by who sends it. */
  readonly maxQueries?: number | undefined;
  /** The environment of the processes; absent: this process's, without the settings that keep their memory small. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** What each process runs. Tests pass one that fails. */
  readonly script?: { readonly path: string; readonly execArgv: readonly string[] } | undefined;
  /** Told of each process that died, and of what one wrote to its stdout or stderr. */
  readonly log?: { warn(message: string): void; debug(message: string): void } | undefined;
}

/** One process and the one task that it has: so a death is always the fault of that task. */
interface Slot {
  readonly child: Child;
  task: Task | null;
  /** Of the last request. */
  lastId: number;
  timer: NodeJS.Timeout | undefined;
  up: boolean;
  loaded: boolean;
  /** Ended by the pool, so its task is settled already. */
  killed: boolean;
}

/** Tries per picture and per start, before it is given up. */
const tries = 2;

/** What somebody sends to end a program, not what a broken decoder dies of. */
const askedToEnd: ReadonlySet<string> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Worker processes behind the port `Workers`.
 *
 * Each process runs one task at a time; what waits is kept here, queries before bulk work, so nothing but that one task
 * is touched when a process dies. A task that kills its process is tried once more, then rejects with `crashed_decoder`;
 * one that takes longer than the time limit loses its process and rejects with `timed_out`. A process that dies before its
 * network is loaded is nobody's fault but the set-up's: then the task rejects with `internal`, the process's last words as
 * its cause. An aborted task rejects with `cancelled` at once; if it runs already its result is thrown away.
 */
export function createWorkers(o: WorkersOptions): Workers {
  const timeLimitMs = o.timeLimitMs ?? 30_000;
  const startLimitMs = o.startLimitMs ?? 120_000;
  const maxQueries = o.maxQueries ?? 100;
  const limits = { pixels: o.maxPixels ?? 100_000_000, seconds: timeLimitMs / 1000 };
  const settings = { backbone: o.backbone, device: o.device, limits };
  const script = o.script ?? forkable(new URL('./worker', import.meta.url));
  // One task needs no more of libuv's threads. With glibc's usual number of arenas a process grew from 233 to 249 MB
  // over 5,600 pictures, with two it stayed at 210.
  const env = o.env && { ...o.env, UV_THREADPOOL_SIZE: '2', MALLOC_ARENA_MAX: '2' };
  const queue = createQueue<Task>();
  const slots = new Set<Slot>();
  let size = o.size ?? (o.device === 'auto' || o.device === 'cpu' ? availableParallelism() : 1);
  let inferences = 0;
  let crashes = 0;
  let closed = false;

  function run<M extends Method>(
    method: M,
    params: Parameters<Methods[M]>,
    { query, signal }: { query: boolean; signal?: AbortSignal | undefined },
  ): Promise<Result<M>> {
    if (closed) return Promise.reject(closedError());
    if (signal?.aborted) return Promise.reject(cancelled());
    if (query && queue.queries >= maxQueries) {
      return Promise.reject(new PixkinError('busy', `at most ${maxQueries} queries may wait for a worker; try again`));
    }
    const { task, result } = createTask(method, params, { query, signal, onAbort: queue.remove });
    queue.add(task, query);
    dispatch();
    return result;
  }

  function dispatch(): void {
    while (!closed && queue.length > 0) {
      const slot = idleSlot() ?? (slots.size < size ? startSlot() : undefined);
      if (!slot) return;
      const task = queue.take() as Task;
      slot.task = task;
      slot.child.send({ id: ++slot.lastId, method: task.method, params: task.params });
      watch(slot);
    }
  }

  function idleSlot(): Slot | undefined {
    for (const slot of slots) if (slot.task === null && !slot.killed) return slot;
    return undefined;
  }

  function startSlot(): Slot {
    const child = startChild({
      script,
      settings,
      env,
      onMessage: (message) => heard(slot, message),
      onOutput: (text) => o.log?.debug(`worker process: ${text.trimEnd()}`),
    });
    const slot: Slot = { child, task: null, lastId: 0, timer: undefined, up: false, loaded: false, killed: false };
    slots.add(slot);
    child.ended.then((ending) => buried(slot, ending));
    return slot;
  }

  /** The clock of a task begins when its process has what it needs; until then the start has a limit of its own. */
  function watch(slot: Slot): void {
    clearTimeout(slot.timer);
    const begun = hasBegun(slot);
    const cutOff = () => {
      const message = begun
        ? `a picture may take ${timeLimitMs} ms; this one took longer`
        : `a worker process must load its network within ${startLimitMs} ms; it did not`;
      kill(slot);
      slot.task?.reject(new PixkinError(begun ? 'timed_out' : 'internal', message));
    };
    slot.timer = setTimeout(cutOff, begun ? timeLimitMs : startLimitMs);
  }

  function heard(slot: Slot, message: Message): void {
    if (slot.killed) return;
    if (message.type === 'up') slot.up = true;
    else if (message.type === 'loaded') {
      slot.loaded = true;
      // A GPU gains nothing from a second process, where nobody asked for one.
      if (o.size === undefined && message.report.device !== 'cpu') size = 1;
    } else if (slot.task && message.id === slot.lastId) finish(slot, slot.task, message);
    if (slot.task) watch(slot);
  }

  function finish(slot: Slot, task: Task, message: Message & { type: 'done' | 'failed' }): void {
    clearTimeout(slot.timer);
    slot.task = null;
    if (message.type === 'failed') {
      task.reject(received(message.error));
    } else {
      if (task.method === 'embed') inferences++;
      task.resolve(message.value);
    }
    if (slots.size > size) kill(slot);
    dispatch();
  }

  function buried(slot: Slot, ending: Ending): void {
    clearTimeout(slot.timer);
    slots.delete(slot);
    if (closed) return;
    const { task } = slot;
    if (!slot.killed || task) {
      crashes++;
      const said = slot.loaded ? '' : `: ${ending.lastWords.trim()}`;
      o.log?.warn(`a worker process ended (${describeEnding(ending)}) and will be replaced${said}`);
    }
    if (task && !task.settled) retry(task, hasBegun(slot), ending);
    dispatch();
  }

  function retry(task: Task, begun: boolean, ending: Ending): void {
    if (!askedToEnd.has(ending.signal ?? '')) {
      const how = describeEnding(ending);
      if (begun && ++task.crashes >= tries) {
        task.reject(new PixkinError('crashed_decoder', `${tries} worker processes died of this picture (${how})`));
        return;
      }
      if (!begun && ++task.failedStarts >= tries) {
        const message = `a worker process must load its network; ${tries} ended before that (${how})`;
        // Not in the message: its stack has paths of this machine.
        task.reject(new PixkinError('internal', message, { cause: new Error(ending.lastWords) }));
        return;
      }
    }
    queue.putBack(task, task.query);
  }

  function kill(slot: Slot): void {
    slot.killed = true;
    slot.child.kill();
  }

  return {
    ready: () => run('ready', [], { query: true }),
    // Bytes that came with a request are somebody waiting; a path is the follower's.
    fingerprint: (source, { signal } = {}) => run('fingerprint', [source], { query: 'bytes' in source, signal }),
    embed: async (source, { priority = 'bulk', crop, signal } = {}) => {
      const embedded = await run('embed', [source, crop], { query: priority === 'query', signal });
      // Copied, because what arrives is a view on the whole message.
      return { ...embedded, vector: embedded.vector.slice() };
    },
    thumbnail: async (source, edge, { signal } = {}) =>
      new Uint8Array(await run('thumbnail', [source, edge], { query: true, signal })),
    stats: () => {
      let busy = 0;
      for (const slot of slots) if (slot.task) busy++;
      return { size, busy, queued: queue.length, inferences, crashes };
    },
    close: async () => {
      closed = true;
      for (const task of queue.clear()) task.reject(closedError());
      const gone: Promise<unknown>[] = [];
      for (const slot of slots) {
        clearTimeout(slot.timer);
        slot.task?.reject(closedError());
        kill(slot);
        gone.push(slot.child.ended);
      }
      await Promise.all(gone);
    },
  };
}

/** Whether what happens now is the doing of the task itself and not of the process's start. */
function hasBegun({ task, up, loaded }: Slot): boolean {
  const needsNetwork = task?.method === 'embed' || task?.method === 'ready';
  return needsNetwork ? loaded : up;
}

function received({ code, message, hint }: SentError): PixkinError {
  return new PixkinError(code, message, hint === undefined ? {} : { hint });
}

function closedError(): PixkinError {
  return new PixkinError('closed', 'the worker processes are closed');
}

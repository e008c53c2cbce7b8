import { availableParallelism } from 'node:os';
import { PixkinError } from '../errors.ts';
import { forkable } from '../files.ts';
import { groupSize } from '../group.ts';
import type { Runtime, Workers } from '../types.ts';
import { openBegun } from './begun.ts';
import { describeEnding, type Ending, startChild } from './child.ts';
import type {
  Message,
  Method,
  Methods,
  NetworkSettings,
  Reply,
  Result,
  SentError,
  WorkerSettings,
} from './protocol.ts';
import { createQueue } from './queue.ts';
import { currentTask, hasBegun, type Slot, watchSlot } from './slot.ts';
import { cancelled, createTask, type Task } from './task.ts';

/** Absent fields have defaults. */
export interface WorkersOptions extends Pick<NetworkSettings, 'backbone' | 'device' | 'output' | 'compiled'> {
  /** Absent: ONNX Runtime. */
  readonly runtime?: Runtime | undefined;
  /** Every embedding comes with the probabilities of the classes. */
  readonly classes?: boolean | undefined;
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

/** Tries per picture and per start, before it is given up. */
const tries = 2;

/**
 * One task needs no more of libuv's threads. With glibc's usual number of arenas a process grew from 233 to 249 MB over 5,600 pictures, with
 * two it stayed at 210. TensorFlow takes its settings from here only: silence, a thread, and of a GPU's memory what it needs.
 */
const quietLibraries = {
  UV_THREADPOOL_SIZE: '2',
  MALLOC_ARENA_MAX: '2',
  TF_CPP_MIN_LOG_LEVEL: '3',
  TF_NUM_INTRAOP_THREADS: '1',
  TF_NUM_INTEROP_THREADS: '1',
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
};

/** What somebody sends to end a program, not what a broken decoder dies of. */
const askedToEnd: ReadonlySet<string> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Worker processes behind the port `Workers`.
 *
 * Each process runs one task at a time, and has a group of bulk work at most; what waits is kept here, queries before bulk work. A
 * query goes to a process in the middle of a group too, and is the next that it runs. Each process notes which task it has begun, so
 * only that one is blamed when it dies; the rest of its group goes to another. A task that kills its process is tried once more, then rejects
 * with `crashed_decoder`; one that takes longer than the time limit loses its process and rejects with `timed_out`. A process that dies before its
 * network is loaded is nobody's fault but the set-up's: then the task rejects with `internal`, the process's last words as
 * its cause. An aborted task rejects with `cancelled` at once; if it runs already its result is thrown away.
 */
export function createWorkers(o: WorkersOptions): Workers {
  const timeLimitMs = o.timeLimitMs ?? 30_000;
  const startLimitMs = o.startLimitMs ?? 120_000;
  const maxQueries = o.maxQueries ?? 100;
  const limits = { pixels: o.maxPixels ?? 100_000_000, seconds: timeLimitMs / 1000 };
  const { backbone, output, device, compiled, runtime = 'onnx', classes = false } = o;
  const settings: WorkerSettings = { backbone, output, runtime, device, compiled, classes, limits };
  const script = o.script ?? forkable(new URL('./worker', import.meta.url));
  const env = o.env && { ...o.env, ...quietLibraries };
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
      if (!slot) break;
      const fair = Math.ceil((queue.length - queue.queries) / size);
      give(slot, queue.take(Math.min(groupSize, fair), belongTogether));
    }
    // A query need not wait for the end of a group; two would only wait for each other.
    for (const slot of slots) {
      if (closed || queue.queries === 0) return;
      if (slot.tasks.size > 1 && !slot.killed && ![...slot.tasks.values()].some((task) => task.query)) {
        give(slot, [queue.takeQuery() as Task]);
      }
    }
  }

  function give(slot: Slot, tasks: readonly Task[]): void {
    slot.child.send(
      tasks.map((task) => {
        slot.tasks.set(++slot.lastId, task);
        return { id: slot.lastId, method: task.method, params: task.params, query: task.query };
      }),
    );
    watch(slot);
  }

  function idleSlot(): Slot | undefined {
    for (const slot of slots) if (slot.tasks.size === 0 && !slot.killed) return slot;
    return undefined;
  }

  function startSlot(): Slot {
    const begun = openBegun();
    const child = startChild({
      script,
      settings,
      env,
      begun: begun.descriptor,
      onMessage: (message) => heard(slot, message),
      onOutput: (text) => o.log?.debug(`worker process: ${text.trimEnd()}`),
    });
    const idle = { tasks: new Map(), lastId: 0, timer: undefined };
    const slot: Slot = { child, begun, ...idle, up: false, loaded: false, killed: false };
    slots.add(slot);
    child.ended.then((ending) => {
      buried(slot, ending);
      begun.close();
    });
    return slot;
  }

  function watch(slot: Slot): void {
    watchSlot(slot, { timeLimitMs, startLimitMs, onOver: (begun) => cutOff(slot, begun) });
  }

  function cutOff(slot: Slot, begun: boolean): void {
    const message = begun
      ? `a picture may take ${timeLimitMs} ms; this one took longer`
      : `a worker process must load its network within ${startLimitMs} ms; it did not`;
    const error = new PixkinError(begun ? 'timed_out' : 'internal', message);
    kill(slot);
    // A network that does not load is everybody's trouble.
    for (const [id, task] of slot.tasks) if (!begun || id === currentTask(slot)) task.reject(error);
  }

  function heard(slot: Slot, message: Message): void {
    if (slot.killed) return;
    if (message.type === 'up') slot.up = true;
    else if (message.type === 'loaded') {
      slot.loaded = true;
      // A GPU gains nothing from a second process, where nobody asked for one.
      if (o.size === undefined && message.report.device !== 'cpu') size = 1;
    } else {
      for (const reply of message.replies) finish(slot, reply);
      if (slots.size > size && slot.tasks.size === 0) kill(slot);
      dispatch();
    }
    watch(slot);
  }

  function finish(slot: Slot, reply: Reply): void {
    const task = slot.tasks.get(reply.id);
    if (!task) return;
    slot.tasks.delete(reply.id);
    if (reply.type === 'failed') {
      task.reject(received(reply.error));
    } else {
      if (task.method === 'embed') inferences++;
      task.resolve(reply.value);
    }
  }

  function buried(slot: Slot, ending: Ending): void {
    clearTimeout(slot.timer);
    slots.delete(slot);
    if (closed) return;
    const at = currentTask(slot);
    if (!slot.killed || slot.tasks.size > 0) {
      crashes++;
      const said = slot.loaded ? '' : `: ${ending.lastWords.trim()}`;
      o.log?.warn(`a worker process ended (${describeEnding(ending)}) and will be replaced${said}`);
    }
    // From the last to the first, since each goes to the head of its line.
    for (const [id, task] of [...slot.tasks].reverse()) {
      if (task.settled) continue;
      if (!slot.killed && !askedToEnd.has(ending.signal ?? '')) {
        if (!hasBegun(slot)) task.failedStarts++;
        else if (id === at) task.crashes++;
      }
      task.suspect ||= at === undefined;
      retry(task, ending);
    }
    dispatch();
  }

  function retry(task: Task, ending: Ending): void {
    const how = describeEnding(ending);
    if (task.crashes >= tries) {
      task.reject(new PixkinError('crashed_decoder', `${tries} worker processes died of this picture (${how})`));
    } else if (task.failedStarts >= tries) {
      const message = `a worker process must load its network; ${tries} ended before that (${how})`;
      // Not in the message: its stack has paths of this machine.
      task.reject(new PixkinError('internal', message, { cause: new Error(ending.lastWords) }));
    } else queue.putBack(task, task.query);
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
      const { vector, classes: scores } = embedded;
      return { ...embedded, vector: vector.slice(), ...(scores && { classes: scores.slice() }) };
    },
    classify: async (source, { crop, signal } = {}) =>
      (await run('classify', [source, crop], { query: true, signal })).slice(),
    thumbnail: async (source, edge, { signal } = {}) =>
      new Uint8Array(await run('thumbnail', [source, edge], { query: true, signal })),
    stats: () => {
      let busy = 0;
      for (const slot of slots) if (slot.tasks.size > 0) busy++;
      return { size, busy, queued: queue.length, inferences, crashes };
    },
    close: async () => {
      closed = true;
      for (const task of queue.clear()) task.reject(closedError());
      const gone: Promise<unknown>[] = [];
      for (const slot of slots) {
        clearTimeout(slot.timer);
        for (const task of slot.tasks.values()) task.reject(closedError());
        kill(slot);
        gone.push(slot.child.ended);
      }
      await Promise.all(gone);
    },
  };
}

/** Pictures that go to the network make a group; who is suspected of a crash goes alone. */
function belongTogether(head: Task, next: Task): boolean {
  return [head, next].every(({ method, suspect, crashes }) => method === 'embed' && !suspect && crashes === 0);
}

function received({ code, message, hint }: SentError): PixkinError {
  return new PixkinError(code, message, hint === undefined ? {} : { hint });
}

function closedError(): PixkinError {
  return new PixkinError('closed', 'the worker processes are closed');
}

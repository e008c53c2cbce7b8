import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PixkinError } from '../errors.ts';
import { forkable } from '../files.ts';
import { decodeHead } from '../head/encode.ts';
import type { Head } from '../head/head.ts';
import type { HeadOptions } from '../head/options.ts';
import type { TrainingData } from '../head/training-data.ts';
import type { DeviceReport } from '../types.ts';
import { unfinished } from './checkpoint.ts';
import type { TrainingProgress } from './phases.ts';
import { type CheckpointPlace, type Message, type Order, type TrainingBackend, writeOrder } from './protocol.ts';
import type { TrainingReport } from './run.ts';

/** A head, and what its training tells besides. */
export interface TrainedHead {
  readonly head: Head;
  /** The head as bytes. @see decodeHead */
  readonly bytes: Uint8Array;
  readonly report: TrainingReport;
  readonly device: DeviceReport;
}

/** How the training process is run. */
export interface TrainOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called after each look at the held-out pictures: once an epoch, where nothing else is asked for. */
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
  /** A training that was interrupted goes on from it, and gives the same head; it is removed when there is a head. */
  readonly checkpoint?: CheckpointPlace | undefined;
  /** Absent: auto. */
  readonly backend?: TrainingBackend | undefined;
  /** The environment of the process; absent: this process's. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Told the process's number. */
  readonly onStart?: ((pid: number) => void) | undefined;
}

/** TensorFlow takes its settings from here only: silence, and of a GPU's memory what it needs. */
const quietLibraries = { TF_CPP_MIN_LOG_LEVEL: '3', TF_FORCE_GPU_ALLOW_GROWTH: 'true' };
const lastWordsLength = 2000;

/**
 * Trains a head in a process of its own, which keeps this one free.
 * @throws PixkinError `training_data_invalid`, `invalid_request` (an option), `training_diverged`, `device_unavailable` (no TensorFlow.js; its
 *   hint says what to install), `cancelled`, `internal` (the process died)
 */
export async function trainHead(data: TrainingData, options: HeadOptions, o: TrainOptions = {}): Promise<TrainedHead> {
  if (o.signal?.aborted) throw cancelled();
  const { path, execArgv } = forkable(new URL('./worker', import.meta.url));
  const child = fork(path, [], {
    execArgv,
    // Typed arrays arrive as such, not as JSON.
    serialization: 'advanced',
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    ...(o.env && { env: { ...o.env, ...quietLibraries } }),
  });
  const ended = once(child, 'close') as Promise<[code: number | null, signal: string | null]>;
  const stop = (): void => void child.kill('SIGKILL');
  o.signal?.addEventListener('abort', stop);
  if (child.pid !== undefined) o.onStart?.(child.pid);

  let last: Exclude<Message, { type: 'progress' }> | undefined;
  let said = '';
  child.on('message', (message: Message) => {
    if (message.type === 'progress') o.onProgress?.(message.progress);
    else last = message;
  });
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-lastWordsLength);
    });
  }
  try {
    const { vectors, ...rest } = data;
    const order: Order = { ...rest, options, backend: o.backend ?? 'auto', checkpoint: o.checkpoint ?? null };
    // A process that died breaks the pipe, too; its end tells more.
    await pipeline(Readable.from(writeOrder(order, vectors)), child.stdin!).catch(() => {});
    const [code, signal] = await ended;
    if (o.signal?.aborted) throw cancelled();
    if (!last) throw died(signal ?? `exit code ${code}`, said, o.checkpoint);
    if (last.type === 'failed') throw new PixkinError(last.error.code, last.error.message, hintOf(last.error));
    if (o.checkpoint) await removeCheckpoint(o.checkpoint);
    const { head: bytes, report, device } = last;
    return { head: decodeHead(bytes), bytes, report, device };
  } finally {
    o.signal?.removeEventListener('abort', stop);
    stop();
    await ended.catch(() => {});
  }
}

/** Forgets an unfinished training. */
export async function removeCheckpoint({ path }: CheckpointPlace): Promise<void> {
  for (const file of [path, unfinished(path)]) await rm(file, { force: true });
}

function died(how: string, said: string, checkpoint: CheckpointPlace | undefined): PixkinError {
  const again = checkpoint ? 'training again goes on where this one was' : 'it may have run out of memory';
  // Not in the message: its stack has paths of this machine.
  return new PixkinError('internal', `the training process must send a head; it ended before that (${how})`, {
    hint: again,
    cause: new Error(said),
  });
}

function hintOf({ hint }: { hint: string | undefined }): { hint?: string } {
  return hint === undefined ? {} : { hint };
}

function cancelled(): PixkinError {
  return new PixkinError('cancelled', 'the training was cancelled');
}

import { rm } from 'node:fs/promises';
import { decodeHead } from '../head/encode.ts';
import type { Head } from '../head/head.ts';
import type { HeadOptions } from '../head/options.ts';
import type { TrainingData } from '../head/training-data.ts';
import type { DeviceReport } from '../types.ts';
import { unfinished } from './checkpoint.ts';
import { type ChildOptions, runChild } from './child.ts';
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
export interface TrainOptions extends ChildOptions {
  /** Called after each look at the held-out pictures: once an epoch, where nothing else is asked for. */
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
  /** A training that was interrupted goes on from it, and gives the same head; it is removed when there is a head. */
  readonly checkpoint?: CheckpointPlace | undefined;
  /** Absent: auto. */
  readonly backend?: TrainingBackend | undefined;
}

/**
 * Trains a head in a process of its own, which keeps this one free.
 * @throws PixkinError `training_data_invalid`, `invalid_request` (an option), `training_diverged`, `device_unavailable` (no TensorFlow.js; its
 *   hint says what to install), `cancelled`, `internal` (the process died)
 */
export async function trainHead(data: TrainingData, options: HeadOptions, o: TrainOptions = {}): Promise<TrainedHead> {
  const { vectors, ...rest } = data;
  const order: Order = { ...rest, options, backend: o.backend ?? 'auto', checkpoint: o.checkpoint ?? null };
  const {
    head: bytes,
    report,
    device,
  } = await runChild<Done, Told>(new URL('./worker', import.meta.url), writeOrder(order, vectors), {
    ...o,
    onMessage: ({ progress }) => o.onProgress?.(progress),
    errors: {
      cancelled: 'the training was cancelled',
      result: 'the training process must send a head',
      hint: o.checkpoint ? 'training again goes on where this one was' : 'it may have run out of memory',
    },
  });
  if (o.checkpoint) await removeCheckpoint(o.checkpoint);
  return { head: decodeHead(bytes), bytes, report, device };
}

type Done = Extract<Message, { type: 'done' }>;
type Told = Extract<Message, { type: 'progress' }>;

/** Forgets an unfinished training. */
export async function removeCheckpoint({ path }: CheckpointPlace): Promise<void> {
  for (const file of [path, unfinished(path)]) await rm(file, { force: true });
}

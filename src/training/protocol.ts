/**
 * What the training process and who started it say to each other. The order and the embeddings go through the process's stdin, since they may be
 * too many for a message: the length of the order (uint32), the order in JSON, the embeddings as float32, in the machine's byte order. What
 * comes back are structured clones.
 */
import type { HeadOptions } from '../head/options.ts';
import type { TrainingData } from '../head/training-data.ts';
import type { DeviceReport, TrainingBackend } from '../types.ts';
import type { Failed } from './child.ts';
import type { TrainingProgress } from './phases.ts';
import type { TrainingReport } from './run.ts';

export type { TrainingBackend };

/** What the process is to do. */
export interface Order extends Omit<TrainingData, 'vectors'> {
  readonly options: HeadOptions;
  readonly backend: TrainingBackend;
  readonly checkpoint: CheckpointPlace | null;
}

/** Where a training is kept while it runs, so that it can go on after its process died. */
export interface CheckpointPlace {
  /** A file of its own, in a folder that exists. */
  readonly path: string;
  /** Written at most this often, in milliseconds; absent: every 5 seconds. */
  readonly everyMs?: number | undefined;
}

export type Message =
  | { readonly type: 'progress'; readonly progress: TrainingProgress }
  /** `head`: what `encodeHead` gave. */
  | {
      readonly type: 'done';
      readonly head: Uint8Array;
      readonly report: TrainingReport;
      readonly device: DeviceReport;
    }
  | Failed;

/** Bytes handed over at once. */
const pieceBytes = 2 ** 18;

export function* writeOrder(order: Order, vectors: Float32Array): Generator<Uint8Array> {
  const json = Buffer.from(JSON.stringify(order));
  yield new Uint8Array(Uint32Array.of(json.length).buffer);
  yield json;
  const bytes = new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength);
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** @throws Error where the stream ends before everything came */
export async function readOrder(stream: AsyncIterable<Uint8Array>): Promise<{ order: Order; vectors: Float32Array }> {
  let head = Buffer.alloc(0);
  let order: Order | undefined;
  let vectors = new Float32Array();
  let at = 0;
  for await (let piece of stream) {
    if (!order) {
      head = Buffer.concat([head, piece]);
      const end =
        head.length < 4 ? Number.POSITIVE_INFINITY : 4 + new Uint32Array(head.buffer.slice(head.byteOffset), 0, 1)[0]!;
      if (head.length < end) continue;
      order = JSON.parse(head.toString('utf8', 4, end)) as Order;
      vectors = new Float32Array(order.pictures.length * order.dim);
      piece = head.subarray(end);
    }
    new Uint8Array(vectors.buffer).set(piece, at);
    at += piece.length;
  }
  if (!order || at < vectors.byteLength) throw new Error('the order was cut short');
  return { order, vectors };
}

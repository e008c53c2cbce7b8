import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { forkable } from '../files.ts';
import type { ExactIndex } from './exact.ts';
import type { HnswShape } from './hnsw.ts';
import type { Turns } from './turns.ts';

/** What the child is told. `path`: where the index goes. */
export interface BuildOrder extends HnswShape {
  readonly capacity: number;
  readonly path: string;
}

export interface BuildResult {
  /** Contents in the index. */
  readonly count: number;
  readonly bytes: number;
  readonly sha256: string;
}

export type BuildMessage =
  | { readonly type: 'progress'; readonly done: number }
  | ({ readonly type: 'built' } & BuildResult);

/** Bytes handed to the child at once. */
const pieceBytes = 2 ** 18;

/**
 * Builds an HNSW index of everything in `exact` in a child process, since hnswlib-node is synchronous. What changes meanwhile may be in
 * it or not. The file is not synced.
 * @throws Error where the child dies or says something is wrong; the signal's reason where that ends it. There is no file then.
 */
export async function buildInChild(
  exact: ExactIndex,
  o: HnswShape & {
    path: string;
    turns: Turns;
    signal?: AbortSignal;
    onProgress?: (done: number, total: number) => void;
    onStart?: (pid: number) => void;
  },
): Promise<BuildResult> {
  o.signal?.throwIfAborted();
  const total = exact.size;
  const { path, execArgv } = forkable(new URL('./build-worker', import.meta.url));
  const order: BuildOrder = {
    dim: o.dim,
    m: o.m,
    efConstruction: o.efConstruction,
    capacity: Math.ceil(total * 1.1) + 1,
    path: o.path,
  };
  const child = fork(path, [JSON.stringify(order)], { execArgv, stdio: ['pipe', 'ignore', 'pipe', 'ipc'] });
  const ended = once(child, 'close') as Promise<[code: number | null, signal: string | null]>;
  const stop = (): void => void child.kill('SIGKILL');
  o.signal?.addEventListener('abort', stop);
  if (child.pid !== undefined) o.onStart?.(child.pid);

  let result: BuildResult | undefined;
  let said = '';
  child.on('message', (message: BuildMessage) => {
    if (message.type === 'built') result = message;
    else o.onProgress?.(Math.min(message.done, total), total);
  });
  child.stderr!.on('data', (text: Buffer) => {
    said = `${said}${text}`.slice(-2000);
  });
  try {
    // A child that died breaks the pipe, too; its end tells more.
    await pipeline(Readable.from(records(exact, o.turns)), child.stdin!).catch(() => {});
    const [code, signal] = await ended;
    o.signal?.throwIfAborted();
    if (!result || code !== 0) {
      throw new Error(
        `the process that builds the index ended with ${signal ?? code}: ${said.trim() || 'it said nothing'}`,
      );
    }
    const { count, bytes, sha256 } = result;
    o.onProgress?.(total, total);
    return { count, bytes, sha256 };
  } catch (error) {
    stop();
    await ended.catch(() => {});
    await rm(o.path, { force: true });
    throw error;
  } finally {
    o.signal?.removeEventListener('abort', stop);
  }
}

async function* records(exact: ExactIndex, turns: Turns): AsyncGenerator<Buffer> {
  const record = exact.dim + 1;
  const inPiece = Math.max(1, Math.floor(pieceBytes / (4 * record)));
  let floats = new Float32Array(inPiece * record);
  let filled = 0;
  const piece = (): Buffer => Buffer.from(floats.buffer, 0, 4 * filled * record);
  await turns.take();
  for (const { content, vector } of exact.entries()) {
    new Uint32Array(floats.buffer, 4 * filled * record, 1)[0] = content;
    floats.set(vector, filled * record + 1);
    if (++filled < inPiece) continue;
    yield piece();
    // The pipe may still hold the last piece.
    floats = new Float32Array(inPiece * record);
    filled = 0;
    await turns.take();
  }
  if (filled > 0) yield piece();
}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { PixkinError } from '../errors.ts';
import { forkable } from '../files.ts';
import type { Projection } from './projection.ts';

/** What the child is told. */
export interface FitOrder {
  /** Numbers in a vector that comes in, and in one that comes out. */
  readonly dim: number;
  readonly components: number;
  /** At most so many vectors come. */
  readonly most: number;
}

export interface Fitted extends Projection {
  /** Part of the variance of what it was fitted on that is kept, 0 to 1. */
  readonly explained: number;
  /** What became of the vectors that it was fitted on, in their order, rows first; not normalised. */
  readonly projected: Float32Array;
}

/** A projection that is being fitted in a child process: the arithmetic takes seconds, and native code. */
export interface Fitting {
  /** A vector of unit length; resolves when there is room for the next. */
  add(vector: Float32Array): Promise<void>;
  finish(): Promise<Fitted>;
  /** Ends it; it has nothing to save. */
  stop(): void;
}

export function startFitting(order: FitOrder): Fitting {
  const { path, execArgv } = forkable(new URL('./fit-worker', import.meta.url));
  const child = fork(path, [JSON.stringify(order)], {
    execArgv,
    serialization: 'advanced',
    stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
  });
  const ended = once(child, 'close') as Promise<[code: number | null, signal: string | null]>;
  ended.catch(() => {});
  let said = '';
  let fitted: Fitted | undefined;
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  child.on('message', (message) => {
    fitted = message as Fitted;
  });
  // A child that died breaks the pipe; its end tells more.
  child.stdin!.on('error', () => {});
  return {
    async add({ buffer, byteOffset, byteLength }) {
      const bytes = new Uint8Array(buffer, byteOffset, byteLength).slice();
      if (!child.stdin!.write(bytes)) await Promise.race([once(child.stdin!, 'drain').catch(() => {}), ended]);
    },
    async finish() {
      child.stdin!.end();
      const [code, signal] = await ended;
      if (fitted && code === 0) return fitted;
      const last = said.split('\n').find((line) => /Error/.test(line));
      throw new PixkinError(
        'internal',
        `the process that fits the projection ended with ${signal ?? code}: ${last || 'it said nothing'}`,
      );
    },
    stop: () => void child.kill('SIGKILL'),
  };
}

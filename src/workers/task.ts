import { PixkinError } from '../errors.ts';
import type { Method, Methods, Result } from './protocol.ts';

/** One call that waits for a worker process or is in one. */
export interface Task {
  readonly method: Method;
  readonly params: readonly unknown[];
  readonly query: boolean;
  resolve(value: unknown): void;
  /** Does nothing where the task is settled already. */
  reject(error: PixkinError): void;
  /** Nobody waits for its result any more. */
  settled: boolean;
  /** Processes that died while they ran it. */
  crashes: number;
  /** Processes that died before they could run it. */
  failedStarts: number;
  /** A process died of a group that it was in, and nobody knows of which one: it gets a process for itself. */
  suspect: boolean;
}

/**
 * @param o.onAbort called when the signal aborts a task that is not settled, just before it rejects with `cancelled`
 */
export function createTask<M extends Method>(
  method: M,
  params: Parameters<Methods[M]>,
  o: { query: boolean; signal: AbortSignal | undefined; onAbort: (task: Task) => void },
): { task: Task; result: Promise<Result<M>> } {
  const { promise, resolve, reject } = withResolvers<Result<M>>();
  const abort = () => {
    o.onAbort(task);
    task.reject(cancelled());
  };
  const settle = () => {
    task.settled = true;
    o.signal?.removeEventListener('abort', abort);
  };
  const task: Task = {
    method,
    params,
    query: o.query,
    settled: false,
    crashes: 0,
    failedStarts: 0,
    suspect: false,
    resolve(value) {
      settle();
      resolve(value as Result<M>);
    },
    reject(error) {
      settle();
      reject(error);
    },
  };
  o.signal?.addEventListener('abort', abort, { once: true });
  return { task, result: promise };
}

export function cancelled(): PixkinError {
  return new PixkinError('cancelled', 'the work on this picture was cancelled');
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: PixkinError) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/**
 * A child process that trains: it is handed an order through its stdin, tells how it goes on, and ends with a result or an error.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PixkinError } from '../errors.ts';
import { forkable } from '../files.ts';

/** The last message of a process that could not do what it was to do. */
export interface Failed {
  readonly type: 'failed';
  readonly error: Pick<PixkinError, 'code' | 'message' | 'hint'>;
}

/** How a process is run. */
export interface ChildOptions {
  readonly signal?: AbortSignal | undefined;
  /** The environment of the process; absent: this process's. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Told the process's number. */
  readonly onStart?: ((pid: number) => void) | undefined;
}

/** What its errors say. */
interface ChildErrors {
  readonly cancelled: string;
  /** What it must send. */
  readonly result: string;
  /** What to do about it where it died. */
  readonly hint: string;
}

/** TensorFlow takes its settings from here only: silence, and of a GPU's memory what it needs. */
const quietLibraries = { TF_CPP_MIN_LOG_LEVEL: '3', TF_FORCE_GPU_ALLOW_GROWTH: 'true' };
const lastWordsLength = 2000;

/**
 * Runs a process to its end; structured clones come back.
 * @param worker its file, without the extension
 * @param o.onMessage called with each message before the last
 * @returns the message of type `done`
 * @throws PixkinError `cancelled`, `internal` (the process died), and the error that it sends
 */
export async function runChild<Done extends { readonly type: 'done' }, Told extends { readonly type: string }>(
  worker: URL,
  order: Iterable<Uint8Array>,
  o: ChildOptions & { readonly onMessage: (message: Told) => void; readonly errors: ChildErrors },
): Promise<Done> {
  const cancelled = (): PixkinError => new PixkinError('cancelled', o.errors.cancelled);
  if (o.signal?.aborted) throw cancelled();
  const { path, execArgv } = forkable(worker);
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

  let last: Done | Failed | undefined;
  let said = '';
  const isLast = (message: Done | Failed | Told): message is Done | Failed =>
    message.type === 'done' || message.type === 'failed';
  child.on('message', (message: Done | Failed | Told) => {
    if (isLast(message)) last = message;
    else o.onMessage(message);
  });
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-lastWordsLength);
    });
  }
  try {
    // A process that died breaks the pipe, too; its end tells more.
    await pipeline(Readable.from(order), child.stdin!).catch(() => {});
    const [code, signal] = await ended;
    if (o.signal?.aborted) throw cancelled();
    if (!last) throw died(o.errors, signal ?? `exit code ${code}`, said);
    if (last.type === 'done') return last;
    const { error } = last as Failed;
    throw new PixkinError(error.code, error.message, error.hint === undefined ? {} : { hint: error.hint });
  } finally {
    o.signal?.removeEventListener('abort', stop);
    stop();
    await ended.catch(() => {});
  }
}

function died({ result, hint }: ChildErrors, how: string, said: string): PixkinError {
  // Not in the message: its stack has paths of this machine.
  const cause = new Error(said);
  return new PixkinError('internal', `${result}; it ended before that (${how})`, { hint, cause });
}

import { fork } from 'node:child_process';
import type { Message, Request, WorkerSettings } from './protocol.ts';

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last that it wrote to stdout and stderr. */
  readonly lastWords: string;
}

/** One worker process. */
export interface Child {
  send(requests: readonly Request[]): void;
  /** Ends it at once; it has nothing to save. */
  kill(): void;
  /** When it is gone and all that it said has been heard. Never rejects. */
  readonly ended: Promise<Ending>;
}

/** What a process runs, with what, and who hears of it. */
export interface ChildOptions {
  readonly script: { readonly path: string; readonly execArgv: readonly string[] };
  readonly settings: WorkerSettings;
  /** Its whole environment; absent: this process's. */
  readonly env: NodeJS.ProcessEnv | undefined;
  /** Open file in which the process notes what it has begun. */
  readonly begun: number | 'ignore';
  readonly onMessage: (message: Message) => void;
  readonly onOutput: (text: string) => void;
}

const lastWordsLength = 2000;

/** Starts a process. Never throws for a script that is missing or fails: `ended` tells. */
export function startChild(o: ChildOptions): Child {
  const child = fork(o.script.path, [JSON.stringify(o.settings)], {
    execArgv: [...o.script.execArgv],
    // Typed arrays arrive as such, not as JSON.
    serialization: 'advanced',
    // Never inherited: this process's stdout carries one JSON object a line, its stderr a progress bar.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', o.begun],
    ...(o.env && { env: o.env }),
  });
  let lastWords = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-lastWordsLength);
      o.onOutput(text);
    });
  }
  child.on('message', (message) => o.onMessage(message as Message));
  const ended = new Promise<Ending>((resolve) => {
    // 'close' and not 'exit': only then have the last message and the last line of stderr arrived.
    child.on('close', (code, signal) => resolve({ code, signal, lastWords }));
    child.on('error', (error) => {
      // A process that never began has no 'close'.
      if (child.pid === undefined) resolve({ code: null, signal: null, lastWords: error.message });
    });
  });
  return {
    send: (requests) => {
      // A send that fails means that the process is ending: `ended` tells.
      child.send([...requests], () => {});
    },
    kill: () => {
      child.kill('SIGKILL');
    },
    ended,
  };
}

/** For messages: `SIGSEGV` or `exit code 1`. */
export function describeEnding(ending: Ending): string {
  return ending.signal ?? `exit code ${ending.code}`;
}

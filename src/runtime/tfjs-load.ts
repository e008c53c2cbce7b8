/**
 * Finds the TensorFlow.js that is installed. None of its packages comes with pixkin: this file alone names them, and
 * imports one when a network is to run on it.
 */
import util from 'node:util';
import { PixkinError } from '../errors.ts';
import type { Tf } from '../model/to-tfjs/index.ts';
import type { DeviceReport } from '../types.ts';

/** `node-gpu` and `node`: TensorFlow's own library. `wasm`: needs no native code. `cpu`: JavaScript, for networks of a few layers. */
export type TfjsBackend = 'auto' | NamedBackend;
type NamedBackend = 'node-gpu' | 'node' | 'wasm' | 'cpu';

/** One TF.js, its backend set and tried. */
export interface LoadedTfjs {
  readonly tf: Tf;
  readonly device: DeviceReport & {
    /** The package that runs it, its version, and what it runs on. */
    readonly runtime: string;
  };
}

interface Found {
  readonly tf: Tf;
  readonly device: 'cpu' | 'cuda';
  readonly runtime: string;
  /** What is worth knowing besides. */
  readonly note?: string;
}

const plain = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'] as const;
const packages = {
  'node-gpu': ['@tensorflow/tfjs-node-gpu'],
  node: ['@tensorflow/tfjs-node'],
  wasm: [...plain, '@tensorflow/tfjs-backend-wasm'],
  cpu: [...plain, '@tensorflow/tfjs-backend-cpu'],
} as const satisfies Record<NamedBackend, readonly string[]>;

/** What `auto` tries, in this order; not `cpu`, which takes minutes for what the others do in a second. */
const automatic = ['node-gpu', 'node', 'wasm'] as const;

/** Imports a package by its name. */
type Import = (name: string) => Promise<unknown>;

/** Loads TF.js, once for the process, whichever packages `auto` finds. @see tfjsLoader */
export const loadTfjs: (asked: TfjsBackend) => Promise<LoadedTfjs> = tfjsLoader((name) => import(name));

/**
 * What loads TF.js. It has one engine with one current backend for a whole process: the first that was loaded stays.
 * @returns a function that rejects with PixkinError `device_unavailable`: what was tried, and what each attempt ended with; also
 *   where another backend was loaded before
 */
export function tfjsLoader(importPackage: Import): (asked: TfjsBackend) => Promise<LoadedTfjs> {
  let loaded: { readonly backend: NamedBackend; readonly found: Found } | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function choose(asked: TfjsBackend): Promise<LoadedTfjs> {
    if (loaded) {
      if (asked === loaded.backend) return report(loaded.found, 'asked for');
      if (asked === 'auto') return report(loaded.found, 'auto: this process runs it already');
      const message = `TensorFlow.js backend ${asked} cannot be used: this process runs ${loaded.backend}, and only one at a time`;
      throw new PixkinError('device_unavailable', message);
    }
    // All packages share this one, where they lie as usual; told so early, it writes no advice to the console.
    await importAll(['@tensorflow/tfjs-core'], importPackage).then(quieten, () => undefined);
    const failures: string[] = [];
    for (const backend of asked === 'auto' ? automatic : [asked]) {
      try {
        const found = await load(backend, importPackage);
        loaded = { backend, found };
        const why = failures.length > 0 ? failures.join('; ') : `${packages[backend].at(-1)} is installed`;
        return report(found, asked === 'auto' ? `auto: ${why}` : 'asked for');
      } catch (error) {
        failures.push(reason(error, packages[backend]));
      }
    }
    const hint = 'npm i @tensorflow/tfjs-node, or npm i @tensorflow/tfjs-layers @tensorflow/tfjs-backend-wasm';
    throw new PixkinError('device_unavailable', `TensorFlow.js cannot be used: ${failures.join('; ')}`, { hint });
  }

  return (asked) => {
    const mine = last.then(() => choose(asked));
    last = mine.catch(() => undefined);
    return mine;
  };
}

function report({ tf, device, runtime, note }: Found, why: string): LoadedTfjs {
  return { tf, device: { device, runtime, why: note ? `${why}; ${note}` : why } };
}

async function load(backend: NamedBackend, importPackage: Import): Promise<Found> {
  const plain = backend === 'wasm' || backend === 'cpu';
  const found = await (plain ? loadPlain(backend, importPackage) : loadNative(backend, importPackage));
  // A package whose native half does not fit this Node fails here, not at the first picture.
  const [two] = found.tf.tidy(() => found.tf.add(found.tf.scalar(1), found.tf.scalar(1)).dataSync());
  if (two !== 2) throw new Error(`it computes 1 + 1 = ${two}`);
  return found;
}

async function loadPlain(backend: 'wasm' | 'cpu', importPackage: Import): Promise<Found> {
  const before = processListeners();
  const [core, layers] = (await importAll(packages[backend], importPackage)) as [Tf, Tf];
  quieten([core]);
  if (!(await core.setBackend(backend))) throw new Error(`it has no backend ${backend} here`);
  await core.ready();
  dropListeners(before);
  const runtime = `TensorFlow.js ${core.version_core} (${backend})`;
  return { tf: { ...core, ...layers }, device: 'cpu', runtime };
}

async function loadNative(backend: 'node-gpu' | 'node', importPackage: Import): Promise<Found> {
  giveBack(util);
  const [name] = packages[backend];
  const [tf] = (await importAll([name], importPackage)) as [Tf & { version: Record<string, string> }];
  quieten([tf]);
  const native = tf.backend() as unknown as { isUsingGpuDevice: boolean; binding: { TF_Version: string } };
  const runtime = `${name} ${tf.version['tfjs-node']} (TensorFlow ${native.binding.TF_Version})`;
  const found = { tf, runtime, device: native.isUsingGpuDevice ? 'cuda' : 'cpu' } as const;
  return backend === 'node-gpu' && !native.isUsingGpuDevice ? { ...found, note: 'TensorFlow found no GPU' } : found;
}

function quieten([core]: unknown[]): void {
  (core as Tf).enableProdMode();
}

/** CommonJS packages: all that they export is the default, or under tsx the module itself. */
async function importAll(names: readonly string[], importPackage: Import): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const name of names) {
    const module = (await importPackage(name)) as { default?: unknown };
    all.push(module.default ?? module);
  }
  return all;
}

/** tfjs-node 4.22 calls two functions that Node 23 took out of node:util, and of which Node 22 warns on stderr. */
function giveBack(builtin: object): void {
  Object.assign(builtin, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
}

const fatal = ['uncaughtException', 'unhandledRejection'] as const;
type Listeners = ReadonlyMap<(typeof fatal)[number], readonly unknown[]>;

function processListeners(): Listeners {
  return new Map(fatal.map((event) => [event, process.rawListeners(event)]));
}

/** The wasm backend takes over what ends a process. */
function dropListeners(before: Listeners): void {
  for (const event of fatal) {
    for (const listener of process.rawListeners(event)) {
      if (!before.get(event)!.includes(listener)) process.off(event, listener as () => void);
    }
  }
}

/** Why a package cannot be used, with its name. */
function reason(error: unknown, names: readonly string[]): string {
  const { message, code } = error as { message?: unknown; code?: unknown };
  const [line = ''] = String(message ?? error)
    .trim()
    .split('\n', 1);
  const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  const name = missing && names.find((candidate) => line.includes(`'${candidate}'`));
  return name ? `${name} is not installed` : `${names.at(-1)} cannot be loaded: ${line.slice(0, 300)}`;
}

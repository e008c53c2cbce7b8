import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/files.ts';
import { type TfjsBackend, tfjsLoader } from '../../../src/runtime/tfjs-load.ts';
import { installed } from '../../support/tfjs.ts';

/** As Node rejects the import of a package that is not there. */
function missing(name: string): Error {
  const message = `Cannot find package '${name}' imported from /somewhere/tfjs-load.js`;
  return Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' });
}

/** As much of a package of TF.js as loading it needs; `sum`: what it makes of 1 + 1. */
function fakePackage({ gpu = false, sum = 2 } = {}) {
  const tf = {
    version: { 'tfjs-node': '4.22.0' },
    version_core: '4.22.0',
    enableProdMode: () => undefined,
    backend: () => ({ isUsingGpuDevice: gpu, binding: { TF_Version: '2.20.0' } }),
    setBackend: async () => true,
    ready: async () => undefined,
    tidy: (run: () => unknown) => run(),
    scalar: () => undefined,
    add: () => ({ dataSync: () => [sum] }),
  };
  return { default: tf };
}

type Packages = Record<string, unknown>;

/** A loader where only these packages are installed; an Error is what the import of one ends with. */
function loaderOf(packages: Packages) {
  return tfjsLoader(async (name) => {
    const found = packages[name] ?? missing(name);
    if (found instanceof Error) throw found;
    return found;
  });
}

const wasm = {
  '@tensorflow/tfjs-core': fakePackage(),
  '@tensorflow/tfjs-layers': fakePackage(),
  '@tensorflow/tfjs-backend-wasm': {},
};

describe('auto takes the fastest TensorFlow.js that works, and says which and why', () => {
  it.each<[string, Packages, { device: string; runtime: string; why: string }]>([
    [
      'tfjs-node-gpu with a GPU',
      { ...wasm, '@tensorflow/tfjs-node-gpu': fakePackage({ gpu: true }), '@tensorflow/tfjs-node': fakePackage() },
      {
        device: 'cuda',
        runtime: '@tensorflow/tfjs-node-gpu 4.22.0 (TensorFlow 2.20.0)',
        why: 'auto: @tensorflow/tfjs-node-gpu is installed',
      },
    ],
    [
      'tfjs-node-gpu without a GPU',
      { '@tensorflow/tfjs-node-gpu': fakePackage() },
      {
        device: 'cpu',
        runtime: '@tensorflow/tfjs-node-gpu 4.22.0 (TensorFlow 2.20.0)',
        why: 'auto: @tensorflow/tfjs-node-gpu is installed; TensorFlow found no GPU',
      },
    ],
    [
      'tfjs-node',
      { ...wasm, '@tensorflow/tfjs-node': fakePackage() },
      {
        device: 'cpu',
        runtime: '@tensorflow/tfjs-node 4.22.0 (TensorFlow 2.20.0)',
        why: 'auto: @tensorflow/tfjs-node-gpu is not installed',
      },
    ],
    [
      'wasm where the addon of tfjs-node is missing',
      { ...wasm, '@tensorflow/tfjs-node': new Error('The addon can not be found\nRun this and that') },
      {
        device: 'cpu',
        runtime: 'TensorFlow.js 4.22.0 (wasm)',
        why: 'auto: @tensorflow/tfjs-node-gpu is not installed; @tensorflow/tfjs-node cannot be loaded: The addon can not be found',
      },
    ],
    [
      'wasm where tfjs-node computes nonsense',
      { ...wasm, '@tensorflow/tfjs-node': fakePackage({ sum: 3 }) },
      {
        device: 'cpu',
        runtime: 'TensorFlow.js 4.22.0 (wasm)',
        why: 'auto: @tensorflow/tfjs-node-gpu is not installed; @tensorflow/tfjs-node cannot be loaded: it computes 1 + 1 = 3',
      },
    ],
  ])('%s', async (_title, packages, device) => {
    expect((await loaderOf(packages)('auto')).device).toEqual(device);
  });
});

describe('what cannot be had is an error that says so', () => {
  it('where nothing is installed: each package that was tried, and the step that brings one', async () => {
    await expect(loaderOf({})('auto')).rejects.toMatchObject({
      code: 'device_unavailable',
      message:
        'TensorFlow.js cannot be used: @tensorflow/tfjs-node-gpu is not installed; @tensorflow/tfjs-node is not installed; @tensorflow/tfjs-core is not installed',
      hint: 'npm i @tensorflow/tfjs-node, or npm i @tensorflow/tfjs-layers @tensorflow/tfjs-backend-wasm',
    });
  });

  it.each<[TfjsBackend, string]>([
    ['node-gpu', '@tensorflow/tfjs-node-gpu'],
    ['node', '@tensorflow/tfjs-node'],
    ['cpu', '@tensorflow/tfjs-backend-cpu'],
  ])('a backend that was named is not replaced by another: %s', async (backend, name) => {
    await expect(loaderOf(wasm)(backend)).rejects.toThrow(`TensorFlow.js cannot be used: ${name} is not installed`);
  });

  it('a package that lacks one of its own is not called missing itself', async () => {
    const packages = { '@tensorflow/tfjs-node': missing('@mapbox/node-pre-gyp') };
    await expect(loaderOf(packages)('node')).rejects.toThrow(
      "@tensorflow/tfjs-node cannot be loaded: Cannot find package '@mapbox/node-pre-gyp'",
    );
  });
});

describe('a process has one TensorFlow.js', () => {
  it('which everybody gets, also those who ask while it is being loaded', async () => {
    const load = loaderOf(wasm);
    const all = await Promise.all([load('wasm'), load('auto'), load('wasm')]);
    expect(new Set(all.map(({ tf }) => tf)).size).toBe(1);
    expect(all.map(({ device }) => device.why)).toEqual([
      'asked for',
      'auto: this process runs it already',
      'asked for',
    ]);
  });

  it('and asking for another one is an error', async () => {
    const load = loaderOf({ ...wasm, '@tensorflow/tfjs-node': fakePackage() });
    await load('wasm');
    await expect(load('node')).rejects.toMatchObject({
      code: 'device_unavailable',
      message: 'TensorFlow.js backend node cannot be used: this process runs wasm, and only one at a time',
    });
  });

  it('but what could not be loaded does not stand in the way of another', async () => {
    const load = loaderOf(wasm);
    await expect(load('node')).rejects.toThrow(/is not installed/);
    expect((await load('wasm')).device.runtime).toBe('TensorFlow.js 4.22.0 (wasm)');
  });
});

const run = promisify(execFile);

/** Opens a network in a process of its own; `before` is code that runs first. */
async function inProcess(backend: TfjsBackend, before = '') {
  const code = `
    ${before}
    const { loadTfjs } = await import('./src/runtime/tfjs-load.ts');
    const before = process.rawListeners('uncaughtException').length + process.rawListeners('unhandledRejection').length;
    const { tf, device } = await loadTfjs('${backend}');
    const after = process.rawListeners('uncaughtException').length + process.rawListeners('unhandledRejection').length;
    const sum = tf.tidy(() => tf.sum(tf.relu(tf.tensor([[-1, 2], [3, 4]]))).dataSync()[0]);
    process.stdout.write(JSON.stringify({ device, sum, listeners: after - before }));`;
  const tsx = createRequire(import.meta.url).resolve('tsx');
  return run(process.execPath, ['--import', tsx, '--input-type=module', '-e', code], {
    cwd: packageRoot,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
  });
}

describe.each(['wasm', 'cpu', 'node'] as const)('backend %s in a process of its own', (backend) => {
  const { there, why } = installed(backend);

  it.skipIf(!there)(`writes nothing to stdout and stderr, and leaves the process its listeners${why}`, async () => {
    const { stdout, stderr } = await inProcess(backend);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      device: { device: 'cpu', runtime: expect.stringMatching(/ 4\.\d+\.\d+ \(/), why: 'asked for' },
      sum: 9,
      listeners: 0,
    });
  });
});

const { there, why } = installed('node');
it.skipIf(!there)(`tfjs-node runs where node:util has lost what it calls, as in Node 23${why}`, async () => {
  const older = `const util = (await import('node:util')).default; delete util.isNullOrUndefined; delete util.isArray;`;
  const { stdout, stderr } = await inProcess('node', older);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({ sum: 9 });
});

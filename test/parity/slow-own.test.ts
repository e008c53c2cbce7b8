/**
 * A small network of a user's own, trained and saved by Keras.
 */
import { mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { runIndexer, startServe } from '../support/indexer.ts';
import { agrees, expectedOf, readPixels, withNetwork } from './networks.ts';
import { type Made, make, python } from './python.ts';
import { poolings, raw, withPoolings } from './run.ts';

const runtimes = ['onnx', 'tfjs'] as const;

describe.skipIf(python.missing !== null)('a network that Keras trained', () => {
  let made: Made;
  let pictures: string;
  beforeAll(async () => {
    made = await make('own');
    pictures = join(made.folder, 'pictures');
    await mkdir(pictures);
    for (const path of made.pictures) await rename(path, join(pictures, basename(path)));
  });
  afterAll(() => made?.remove());

  test('every file of it gives on both runtimes what Keras gives', async () => {
    const [network] = made.networks;
    const pixels = readPixels(made.folder, network!);
    for (const file of network!.files) {
      await withNetwork(made.folder, network!, file, async (read) => {
        await agrees(made.folder, network!, file, read, raw, ['top'], pixels);
        const pooled = { ...read, config: withPoolings(read.config) };
        await agrees(made.folder, network!, file, pooled, raw, poolings, pixels);
      });
    }
  });

  test('every file of it is imported and indexes pictures, on both runtimes with the results that Keras gives', async () => {
    const [network] = made.networks;
    const vectors = expectedOf(made.folder, network!, 'none');
    const names = made.pictures.map((path) => basename(path));
    for (const file of network!.files) {
      for (const runtime of runtimes) {
        const data = temporaryFolder();
        const flags = ['--name', 'own', '--mode', 'none', '--kernel', 'nearest', '--pooling', 'none', '--data', data];
        await run('models', 'import', join(made.folder, file.path), ...flags);
        await run('index', pictures, '--backbone', 'own', '--runtime', runtime, '--data', data);
        const served = await startServe([], data, ['--runtime', runtime]);
        for (const [i, image] of names.entries()) {
          const { results } = await served.api.similar(image, { k: 1000 });
          expect(results.length).toBe(names.length - 1);
          for (const other of results) {
            const expected = cosine(vectors[i]!, vectors[names.indexOf(other.image)]!);
            expect(other.score, `${file.path}, ${runtime}: ${image} and ${other.image}`).toBeCloseTo(expected, 4);
          }
        }
        await served.stop();
      }
    }
  });
});

async function run(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await runIndexer(args);
  expect(code, `indexer ${args.join(' ')}: ${stderr}`).toBe(0);
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/**
 * Whole networks of keras.applications: every file that Keras wrote must give what Keras gives, on both runtimes.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodePicture, resizePixels } from '../../src/image/index.ts';
import { architectures } from '../../src/model/architectures/index.ts';
import { assignWeights } from '../../src/model/assign.ts';
import { normaliseConfig } from '../../src/model/keras-config.ts';
import type { Network, NetworkConfig, WeightsFile } from '../../src/model/network.ts';
import { openWeights } from '../../src/model/weights/index.ts';
import type { Pixels } from '../../src/types.ts';
import { sample } from '../bench/pictures.ts';
import { type Distance, distance, expectSame, split } from './compare.ts';
import { type KerasFile, type KerasNetwork, type Made, make, python } from './python.ts';
import { type Colours, coloursOf, poolings, runOnnx, runTfjs, withPoolings } from './run.ts';

/** Tests of one case of architectures.py; its files are made when they begin and removed when they end. */
export function parityOf(name: string): void {
  describe.skipIf(python.missing !== null)(name, () => {
    let made: Made;
    let network: KerasNetwork;
    let colours: Colours;
    let pixels: Pixels[];
    beforeAll(async () => {
      made = await make('networks', '--pictures', sample, '--only', name);
      network = made.networks[0]!;
      colours = coloursOf(architectures.get(network.name)!);
      pixels = readPixels(made.folder, network);
    }, 600_000);
    afterAll(() => made?.remove());

    test('without the top, flattened and pooled: every file gives on both runtimes what Keras gives', async () => {
      const files = network.files.filter(({ top }) => !top);
      expect(files).not.toEqual([]);
      for (const file of files) {
        await withNetwork(made.folder, network, file, async ({ config, weights }) => {
          const pooled = { config: withPoolings(config), weights };
          await agrees(made.folder, network, file, pooled, colours, poolings, pixels);
        });
      }
    });

    test('with the top: every file gives on both runtimes the probabilities that Keras gives', async () => {
      const files = network.files.filter(({ top }) => top);
      expect(files).not.toEqual([]);
      for (const file of files) {
        await withNetwork(made.folder, network, file, (read) =>
          agrees(made.folder, network, file, read, colours, ['top'], pixels),
        );
      }
    });

    test('from the pictures, decoded and resized here: what Keras gives with load_img and preprocess_input', async () => {
      const own: Pixels[] = [];
      for (const path of made.pictures) own.push(await decode(path, network));
      await withNetwork(made.folder, network, network.files[0]!, async ({ config, weights }) => {
        const [vectors] = await runOnnx({ config: withPoolings(config), weights }, colours, ['none'], own);
        const { cosine } = distance(vectors!, expectedOf(made.folder, network, 'none'));
        expect(cosine).toBeGreaterThanOrEqual(0.99);
      });
    });
  });
}

async function decode(path: string, { width, height }: KerasNetwork): Promise<Pixels> {
  const { pixels } = await decodePicture(await readFile(path));
  return resizePixels(pixels, { width, height, policy: 'squash', kernel: 'nearest' });
}

/** One file as the product reads it, open while `use` runs; the topology of a file that has none is the architecture's. */
export async function withNetwork(
  folder: string,
  network: KerasNetwork,
  file: KerasFile,
  use: (read: Network) => Promise<void>,
): Promise<void> {
  const weights = await openWeights(join(folder, file.path));
  try {
    const config = file.topology ? topologyOf(weights, file.path) : architectureOf(network, file.top);
    await use({ config, weights: assignWeights(config, weights, file.path) });
  } finally {
    weights.close();
  }
}

function topologyOf({ topology }: WeightsFile, label: string): NetworkConfig {
  expect(topology, `${label} has a topology`).toBeDefined();
  return normaliseConfig(topology, label);
}

function architectureOf({ name, width, height, alpha = 1 }: KerasNetwork, top: boolean): NetworkConfig {
  return architectures.get(name)!.config({ top, width, height, alpha });
}

/** Both runtimes, every output; prints the worst figures. */
export async function agrees(
  folder: string,
  network: KerasNetwork,
  file: KerasFile,
  read: Network,
  colours: Colours,
  outputs: readonly ((typeof poolings)[number] | 'top')[],
  pixels: readonly Pixels[],
): Promise<void> {
  const layers = outputs.map((output) => (output === 'top' ? read.config.config.output_layers[0][0] : output));
  const onnx = await runOnnx(read, colours, layers, pixels);
  const { vectors: tfjs, runtime } = await runTfjs(read, colours, layers, pixels);
  for (const [i, output] of outputs.entries()) {
    const expected = expectedOf(folder, network, output);
    const name = `${file.path} ${output}`;
    report(name, 'ONNX Runtime', expectSame(onnx[i]!, expected, name));
    report(name, runtime, expectSame(tfjs[i]!, expected, name));
  }
}

function report(name: string, runtime: string, { error, cosine, centred }: Distance): void {
  const [e, c, m] = [error, 1 - cosine, 1 - centred].map((figure) => figure.toExponential(0));
  console.log(`${name}, ${runtime}: error ${e}, 1 - cosine ${c}, centred ${m}`);
}

export function expectedOf(
  folder: string,
  { expected, count }: KerasNetwork,
  output: keyof KerasNetwork['expected'],
): Float32Array[] {
  const bytes = readFileSync(join(folder, expected[output]!));
  const numbers = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return split(numbers, count);
}

export function readPixels(folder: string, { pixels, width, height }: KerasNetwork): Pixels[] {
  const bytes = readFileSync(join(folder, pixels));
  const one = width * height * 3;
  return Array.from({ length: bytes.length / one }, (_, i) => ({
    data: Uint8Array.from(bytes.subarray(i * one, (i + 1) * one)),
    width,
    height,
  }));
}

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { assignWeights } from '../../../../src/model/assign.ts';
import { normaliseConfig } from '../../../../src/model/keras-config.ts';
import type { Network } from '../../../../src/model/network.ts';
import { type Tf, toTfjs, writeTfjs } from '../../../../src/model/to-tfjs/index.ts';
import { openWeights } from '../../../../src/model/weights/index.ts';
import { loadTfjs } from '../../../../src/runtime/tfjs-load.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { filled, layerCases, networkOf, ramp } from '../../../support/tfjs.ts';

let tf: Tf;
beforeAll(async () => {
  ({ tf } = await loadTfjs('wasm'));
});

/** As `tf.loadLayersModel` reads it from a server. */
async function load(folder: string) {
  const { modelTopology, weightsManifest, format } = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
  expect(format).toBe('layers-model');
  const [{ paths, weights: weightSpecs }] = weightsManifest;
  const shards: Buffer[] = await Promise.all(paths.map((path: string) => readFile(join(folder, path))));
  const weightData = Uint8Array.from(Buffer.concat(shards)).buffer;
  return tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
}

function predict(model: Awaited<ReturnType<typeof load>>, input: readonly number[]): number[] {
  return tf.tidy(() => [...[model.predict(tf.tensor(ramp(input), [1, ...input]))].flat()[0]!.dataSync()]);
}

/** Only this code computes them as Keras does. */
const foreign = new Set([
  'Conv2D in groups',
  'DepthwiseConv2D, dilated',
  'UpSampling2D, bilinear',
  'UnitNormalization',
  'ELU with its own alpha',
  'Subtract',
]);
const cases = layerCases();

describe("files that TensorFlow.js itself reads give Keras' numbers", () => {
  it.each(cases.filter(({ title }) => !foreign.has(title)))('$title', async ({ network, input, output }) => {
    const folder = temporaryFolder();
    await writeTfjs(network, folder);
    const model = await load(folder);
    const made = predict(model, input);
    model.dispose();
    expect(made).toHaveLength(output.length);
    for (const [i, value] of output.entries()) {
      expect(Math.abs(made[i]! - value) / Math.max(1, Math.abs(value)), `number ${i}`).toBeLessThan(1e-5);
    }
  });
});

describe('what TensorFlow.js lacks is an error that names it', () => {
  it.each(cases.filter(({ title }) => foreign.has(title)))('$title', async ({ network, className }) => {
    const folder = temporaryFolder();
    await expect(writeTfjs(network, folder)).rejects.toMatchObject({
      code: 'backbone_invalid',
      message: `expected layers that TensorFlow.js has; it lacks tested (${className})`,
      hint: 'the formats onnx and safetensors take any layer',
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('and every one of several is named', async () => {
    const folder = temporaryFolder();
    const config = networkOf(
      [4, 4, 3],
      [
        { class_name: 'UnitNormalization', name: 'unit', config: {}, inputs: ['picture'] },
        { class_name: 'GeM', name: 'embedding', config: {}, inputs: ['unit'] },
      ],
    );
    await expect(writeTfjs({ config, weights: new Map() }, folder)).rejects.toThrow(
      'it lacks unit (UnitNormalization), embedding (GeM)',
    );
  });
});

/** 3 MB in one layer and 8.4 MB in another, with names that TF.js does not take. */
function large(): Network {
  const config = networkOf(
    [5, 5, 3],
    [
      { class_name: 'Flatten', name: 'flat', config: {}, inputs: ['picture'] },
      { class_name: 'Dense', name: '_first of all', config: { units: 10_000, activation: 'relu' }, inputs: ['flat'] },
      {
        class_name: 'Dense',
        name: 'second/part',
        config: { units: 210, activation: 'tanh' },
        inputs: ['_first of all'],
      },
    ],
  );
  return { config, weights: filled(config) };
}

describe('a network of several megabytes', () => {
  it('lies in shards of at most 4 MiB, cut in the middle of a tensor', async () => {
    const folder = temporaryFolder();
    const { bytes } = await writeTfjs(large(), folder);
    const files = (await readdir(folder)).sort();
    expect(files).toEqual([...[1, 2, 3].map((i) => `group1-shard${i}of3.bin`), 'model.json']);
    const sizes = await Promise.all(files.slice(0, 3).map(async (file) => (await stat(join(folder, file))).size));
    expect(sizes.slice(0, 2)).toEqual([4 * 2 ** 20, 4 * 2 ** 20]);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes);
    expect(bytes).toBe(4 * (75 * 10_000 + 10_000 + 10_000 * 210 + 210));

    const [ours, theirs] = [toTfjs(tf, large(), ['second/part']), await load(folder)];
    expect(predict(theirs, [5, 5, 3])).toEqual(predict(ours, [5, 5, 3]));
    for (const model of [ours, theirs]) model.dispose();
  });

  it('is read back by pixkin as it was, but for names that TF.js does not take', async () => {
    const folder = temporaryFolder();
    const network = large();
    await writeTfjs(network, folder);
    const file = await openWeights(join(folder, 'model.json'));
    const config = normaliseConfig(file.topology, 'model.json');
    const weights = assignWeights(config, file, 'model.json');
    expect(config.config.layers.map(({ name }) => name)).toEqual(['picture', 'flat', 'x_first_of_all', 'second/part']);
    expect([...weights.keys()]).toEqual(['x_first_of_all', 'second/part']);
    const bytesOf = (from: Network['weights']) =>
      [...from.values()]
        .flat()
        .map(({ name, shape, data }) => [name, shape, Buffer.from(data.buffer).toString('base64')]);
    expect(bytesOf(weights)).toEqual(bytesOf(network.weights));
    file.close();
  });
});

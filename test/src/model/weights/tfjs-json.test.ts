import { cpSync, readFileSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openWeights } from '../../../../src/model/weights/index.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { contents, expected, fixture, nested, read, tiny } from './fixtures.ts';

interface Model {
  modelTopology?: Record<string, unknown>;
  weightsManifest?: { paths: string[]; weights: { name: string; dtype: string; shape: number[] }[] }[];
  format?: string;
  [other: string]: unknown;
}

/** The fixture `tfjs`, changed. */
function changed(change: (model: Model, folder: string) => void): string {
  const folder = temporaryFolder();
  cpSync(fixture('tfjs'), folder, { recursive: true });
  const path = join(folder, 'model.json');
  const model = JSON.parse(readFileSync(path, 'utf8')) as Model;
  change(model, folder);
  writeFileSync(path, JSON.stringify(model));
  return path;
}

test('tensors are read across shards, the layers in the order of the topology', async () => {
  const file = await openWeights(fixture('tfjs', 'model.json'));
  expect(contents(file)).toEqual(expected(tiny));
  expect(file.topology).toMatchObject({ class_name: 'Functional', config: { name: 'tiny' } });
  file.close();
});

test('layers of a nested Sequential model have its name before theirs', async () => {
  const inHead = expected(nested).map((layer) => ({
    ...layer,
    layer: ['hidden', 'classes'].includes(layer.layer) ? `head/${layer.layer}` : layer.layer,
  }));
  expect(await read(fixture('tfjs-nested', 'model.json'))).toEqual(inHead);
});

test('a topology that TensorFlow.js itself wrote is not wrapped in model_config', async () => {
  const path = changed((model) => {
    model.modelTopology = model.modelTopology?.model_config as Record<string, unknown>;
  });
  const file = await openWeights(path);
  expect(file.topology).toMatchObject({ class_name: 'Functional' });
  expect(contents(file)).toEqual(expected(tiny));
  file.close();
});

test('halves are exact, and whole numbers within half a step of their scale', async () => {
  expect(await read(fixture('tfjs-float16', 'model.json'))).toEqual(expected(tiny));
  for (const [dtype, steps] of [
    ['uint8', 255],
    ['uint16', 65535],
  ] as const) {
    const found = await read(fixture(`tfjs-${dtype}`, 'model.json'));
    for (const [i, layer] of expected(tiny).entries()) {
      for (const [j, { shape, numbers }] of layer.tensors.entries()) {
        const tensor = found[i]!.tensors[j]!;
        expect(tensor.shape).toEqual(shape);
        // The converter moves the scale a little, so that zero is one of its steps.
        const step = (Math.max(...numbers, 0) - Math.min(...numbers, 0)) / steps;
        for (const [k, number] of tensor.numbers.entries()) expect(Math.abs(number - numbers[k]!)).toBeLessThan(step);
      }
    }
  }
});

test.each(['../model.json', '/etc/passwd', 'a/../../b', '..', 'C:\\windows', 'sub\\x.bin', ''])(
  'a shard %j, which does not lie beside model.json, is refused',
  async (name) => {
    const path = changed((model) => {
      model.weightsManifest![0]!.paths[1] = name;
    });
    await expect(openWeights(path)).rejects.toThrow(`model.json: expected the name of a file beside it; got '${name}'`);
  },
);

test('a shard that is missing or short is named', async () => {
  const missing = changed((_, folder) => unlinkSync(join(folder, 'group1-shard2of5.bin')));
  await expect(openWeights(missing)).rejects.toThrow('model.json: expected group1-shard2of5.bin beside it; got ENOENT');
  const short = changed((_, folder) => truncateSync(join(folder, 'group1-shard5of5.bin'), 40));
  await expect(openWeights(short)).rejects.toThrow(/must have 848 bytes, as weightsManifest says; got 840$/);
});

const firstWeight = (model: Model) => model.weightsManifest![0]!.weights[0]!;

test.each<[string, (model: Model) => object, string]>([
  ['a graph model', (model) => Object.assign(model, { format: 'graph-model' }), 'got a graph model'],
  ['no topology', (model) => Object.assign(model, { modelTopology: undefined }), 'expected modelTopology'],
  ['no weights', (model) => Object.assign(model, { weightsManifest: undefined }), 'expected weightsManifest'],
  ['a list of several files', (model) => Object.assign(model, { weight_map: {} }), 'expected weights in one file'],
  [
    'a type that is no number',
    (model) => Object.assign(firstWeight(model), { dtype: 'string' }),
    'weightsManifest: 0.weights.0.dtype: ',
  ],
  [
    'kernels of whole numbers',
    (model) => Object.assign(firstWeight(model), { dtype: 'int32' }),
    'conv1/kernel: expected float32; got int32',
  ],
  [
    'a negative size',
    (model) => Object.assign(firstWeight(model), { shape: [-1] }),
    'weightsManifest: 0.weights.0.shape: expected sizes',
  ],
])('%s is refused', async (_, change, message) => {
  await expect(openWeights(changed(change))).rejects.toMatchObject({
    code: 'backbone_invalid',
    message: expect.stringContaining(message) as string,
  });
});

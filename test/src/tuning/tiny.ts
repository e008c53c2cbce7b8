/** A network and pictures so small that a run takes a second or two, and has all that runs of large ones have. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { randomStream } from '../../../src/head/random.ts';
import type { LayerConfig, NetworkConfig } from '../../../src/model/network.ts';
import { writeSafetensors } from '../../../src/model/weights/index.ts';
import {
  type TuneControl,
  type Tuned,
  type TuneOptions,
  type TunePicture,
  type TuneTask,
  tuneNetwork,
} from '../../../src/tuning/index.ts';
import { initialWeights, type Variables } from '../../../src/tuning/initial-weights.ts';
import { makeSmall, smallClasses } from '../../bench/made-pictures.ts';
import { networkOf } from '../../support/tfjs.ts';

type Named = Parameters<typeof networkOf>[1][number];

const conv = (name: string, from: string, o: Record<string, unknown> = {}): Named => ({
  class_name: 'Conv2D',
  name,
  config: { filters: 6, kernel_size: [1, 1], padding: 'same', use_bias: false, ...o },
  inputs: [from],
});
const norm = (name: string, from: string, o: Record<string, unknown> = {}): Named => ({
  class_name: 'BatchNormalization',
  name,
  config: { axis: 3, epsilon: 1e-3, momentum: 0.9, ...o },
  inputs: [from],
});
const relu6 = (name: string, from: string): Named => ({
  class_name: 'ReLU',
  name,
  config: { max_value: 6 },
  inputs: [from],
});

/** Two blocks as EfficientNet-Lite has them, the second one with a way around, then a convolution: 16 layers with the input. */
export function tinyConfig(o: { edge?: number; scale?: boolean } = {}): NetworkConfig {
  const { edge = 12, scale = true } = o;
  return networkOf(
    [edge, edge, 3],
    [
      conv('stem_conv', 'picture', { filters: 8, kernel_size: [3, 3], strides: [2, 2] }),
      norm('stem_bn', 'stem_conv', { scale }),
      relu6('stem_relu', 'stem_bn'),
      {
        class_name: 'DepthwiseConv2D',
        name: 'block_dwconv',
        config: { kernel_size: [3, 3], padding: 'same', use_bias: false },
        inputs: ['stem_relu'],
      },
      norm('block_bn', 'block_dwconv', { scale }),
      relu6('block_relu', 'block_bn'),
      conv('block_project', 'block_relu', { filters: 8 }),
      norm('block_project_bn', 'block_project', { scale }),
      { class_name: 'Add', name: 'block_add', config: {}, inputs: ['block_project_bn', 'stem_relu'] },
      {
        class_name: 'MaxPooling2D',
        name: 'pool',
        config: { pool_size: [2, 2], strides: [2, 2], padding: 'same' },
        inputs: ['block_add'],
      },
      conv('side_conv', 'pool', { filters: 8, use_bias: true, activation: 'relu' }),
      { class_name: 'Concatenate', name: 'joined', config: { axis: 3 }, inputs: ['side_conv', 'pool'] },
      conv('top_conv', 'joined', { filters: 10 }),
      norm('top_bn', 'top_conv', { scale }),
      relu6('top_relu', 'top_bn'),
    ],
  );
}

/** Random weights; statistics that no batch has. */
export function tinyWeights(config: NetworkConfig, seed = 5): Map<string, Variables> {
  const random = randomStream(seed, 99);
  const changed = [...initialWeights(config, seed)].map(([layer, variables]) => {
    const some = variables.map((variable) => {
      const { name, data } = variable;
      const numbers = name.endsWith('kernel')
        ? data
        : data.map((value) => (name === 'moving_variance' ? 0.1 + 0.3 * random() : value + 0.3 * random() - 0.1));
      return { ...variable, data: numbers };
    });
    return [layer, some] as const;
  });
  return new Map(changed);
}

/** Writes a network into `data/models/<name>`, and gives its name. */
export async function writeTiny(
  data: string,
  o: { name?: string; config?: NetworkConfig; layer?: string; dim?: number } = {},
): Promise<string> {
  const { name = 'tiny', config = tinyConfig(), layer = 'top_relu', dim = 10 } = o;
  const folder = join(data, 'models', name);
  await mkdir(folder, { recursive: true });
  const weights = tinyWeights(config);
  const { sha256 } = await writeSafetensors(weights, join(folder, 'weights.safetensors'), { dtype: 'F32' });
  const [, height, width] = (config.config.layers[0] as LayerConfig).config.batch_input_shape as number[];
  const manifest = {
    ...{ name, config: 'config.json', file: 'weights.safetensors', sha256, licence: 'CC0-1.0', source: 'a test' },
    input: { width, height, colour: 'rgb', mode: 'tf' },
    resize: { policy: 'squash', kernel: 'bilinear' },
    output: { layer, pooling: 'avg', dim },
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(join(folder, 'model.json'), JSON.stringify(manifest));
  return name;
}

export const threeClasses = smallClasses.slice(0, 3);

/** Shapes of some classes, 32 x 32, sorted by content; a third are for validation. */
export async function tinyPictures(
  folder: string,
  o: { classes?: readonly string[]; perClass?: number; seed?: number } = {},
): Promise<TunePicture[]> {
  const { classes = threeClasses, perClass = 10, seed = 3 } = o;
  await makeSmall(folder, { classes, perClass, validation: Math.ceil(perClass / 2), seed });
  const pictures: TunePicture[] = [];
  for (const split of ['train', 'validation'] as const) {
    for (const label of classes) {
      for (const file of await readdir(join(folder, split, label))) {
        const path = join(folder, split, label, file);
        const content = createHash('sha256')
          .update(await readFile(path))
          .digest('hex');
        // Shapes look so alike that their own hashes would make near-copies of them.
        pictures.push({ content, paths: [path], label, phash: content.slice(0, 16), split });
      }
    }
  }
  return pictures.sort((a, b) => (a.content < b.content ? -1 : 1));
}

/** Three classes, and so few passes that a run is over in a moment. */
export const brief: TuneOptions = { fineTune: 'last:4', epochs: 4, tuneEpochs: 3, batch: 8, lr: 0.01 };

/** A task in a data folder with the tiny network and pictures. */
export async function tinyTask(data: string, o: Partial<TuneTask> = {}): Promise<TuneTask> {
  const backbone = o.network?.backbone ?? (await writeTiny(data));
  const pictures = o.pictures ?? (await tinyPictures(join(data, 'pictures')));
  return { data, name: 'run', network: { backbone }, pictures, options: brief, backend: 'wasm', ...o };
}

/** Runs a task until its nth look, and kills its process there. */
export async function killAt(nth: number, task: TuneTask, o: TuneControl = {}): Promise<void> {
  let pid = 0;
  let seen = 0;
  await tuneNetwork(task, {
    ...o,
    onStart: (started) => {
      pid = started;
    },
    onProgress: (progress) => {
      o.onProgress?.(progress);
      if (++seen === nth) process.kill(pid, 'SIGKILL');
    },
  }).then(
    (tuned: Tuned) => {
      throw new Error(`${basename(tuned.run)} was done before its look ${nth}`);
    },
    (error) => {
      if (error.code !== 'internal') throw error;
    },
  );
}

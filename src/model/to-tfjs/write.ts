/**
 * A network as files that `tf.loadLayersModel` reads: `model.json`, and its weights in shards beside it. Needs no TF.js.
 */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PixkinError } from '../../errors.ts';
import { inputShapes, perChannel, type Shape, shapesOf } from '../layers/index.ts';
import type { LayerConfig, Network, Tensor, VariableSpec } from '../network.ts';
import { LEAST_DEVIATION } from './custom.ts';
import { tfjsNames } from './names.ts';
import { type StandardLayer, standardLayer } from './standard.ts';
import { unitNormalization } from './unit-normalization.ts';
import { variablesFor } from './variables.ts';

/** Bytes of a shard: small enough for browsers to keep, and where TF.js' own converter cuts. */
const SHARD = 4 * 2 ** 20;

type Variables = readonly (VariableSpec & Tensor)[];

/** A tensor that is not read yet: `tensor.data` reads it, each time anew. */
interface Stored {
  readonly name: string;
  readonly tensor: Tensor;
}

/**
 * Writes a network into a folder, which is made where it is missing; `model.json` comes last.
 * @returns bytes of all shards
 * @throws PixkinError `backbone_invalid`: it has layers that TF.js itself lacks (all of them are named)
 */
export async function writeTfjs({ config, weights }: Network, folder: string): Promise<{ bytes: number }> {
  const { layers, input_layers, output_layers } = config.config;
  const shapes = shapesOf(config);
  const names = tfjsNames(layers);
  const renamed = <T extends readonly [string, ...unknown[]]>([name, ...rest]: T) => [names.get(name), ...rest];
  const tensors: Stored[] = [];
  const foreign: string[] = [];
  const written = layers.flatMap((layer): object[] => {
    const inputs = inputShapes(shapes, layer.inbound_nodes[0] ?? []);
    const name = names.get(layer.name)!;
    const inbound = layer.inbound_nodes.map((call) => call.map(renamed));
    if (layer.class_name === 'UnitNormalization' && inputs[0]!.length === 1 && inbound.length === 1) {
      return unitNormalization(name, inputs[0]![0]!, inbound[0]![0]!);
    }
    const { standard, variables } = translated(layer, inputs, variablesFor(layer, inputs, weights));
    if (!standard) foreign.push(`${layer.name} (${layer.class_name})`);
    for (const tensor of variables) tensors.push({ name: `${name}/${tensor.name}`, tensor });
    return [
      {
        class_name: standard?.className,
        name,
        config: { name, ...standard?.options },
        inbound_nodes: inbound,
      },
    ];
  });
  if (foreign.length > 0) {
    const message = `expected layers that TensorFlow.js has; it lacks ${foreign.join(', ')}`;
    throw new PixkinError('backbone_invalid', message, { hint: 'the formats onnx and safetensors take any layer' });
  }

  await mkdir(folder, { recursive: true });
  const bytes = tensors.reduce((sum, { tensor }) => sum + 4 * sizeOf(tensor.shape), 0);
  const paths = await writeShards(tensors, bytes, folder);
  const model = {
    format: 'layers-model',
    generatedBy: 'pixkin',
    convertedBy: null,
    modelTopology: {
      // The form of the config is Keras 2's.
      keras_version: '2.15.0',
      backend: 'tensorflow',
      model_config: {
        class_name: 'Functional',
        config: {
          name: config.config.name,
          layers: written,
          input_layers: input_layers.map(renamed),
          output_layers: output_layers.map(renamed),
        },
      },
    },
    weightsManifest: [
      { paths, weights: tensors.map(({ name, tensor }) => ({ name, shape: tensor.shape, dtype: 'float32' })) },
    ],
  };
  const temporary = join(folder, 'model.json.part');
  await writeFile(temporary, JSON.stringify(model));
  await rename(temporary, join(folder, 'model.json'));
  return { bytes };
}

interface Translated {
  readonly standard: StandardLayer | undefined;
  /** Those that are stored. */
  readonly variables: Variables;
}

/** TF.js lacks Normalization; with its statistics as options it is a Rescaling. */
function translated(layer: LayerConfig, inputs: readonly Shape[], variables: Variables): Translated {
  if (layer.class_name !== 'Normalization') return { standard: standardLayer(layer, inputs), variables };
  const channels = inputs[0]!.at(-1)!;
  const statistic = (name: string): ArrayLike<number> =>
    variables.find((variable) => variable.name === name)?.data ?? perChannel(layer, name, channels);
  const [mean, variance] = [statistic('mean'), statistic('variance')];
  const scale = Array.from(variance, (value) => 1 / Math.max(Math.sqrt(value), LEAST_DEVIATION));
  // One number stands for all channels, in either.
  const length = Math.max(mean.length, scale.length);
  const offset = Array.from({ length }, (_, i) => -mean[i % mean.length]! * scale[i % scale.length]!);
  return { standard: { className: 'Rescaling', options: { scale, offset } }, variables: [] };
}

/** Writes all numbers one after the other, cut wherever a shard is full. */
async function writeShards(tensors: readonly Stored[], bytes: number, folder: string): Promise<string[]> {
  const count = Math.ceil(bytes / SHARD);
  const paths: string[] = [];
  let shard = Buffer.alloc(Math.min(SHARD, bytes));
  let used = 0;
  let left = bytes;
  for (const { tensor } of tensors) {
    const { data } = tensor;
    for (let at = 0; at < data.byteLength; ) {
      const some = Math.min(shard.length - used, data.byteLength - at);
      shard.set(new Uint8Array(data.buffer, data.byteOffset + at, some), used);
      at += some;
      used += some;
      if (used < shard.length) continue;
      const path = `group1-shard${paths.length + 1}of${count}.bin`;
      await writeFile(join(folder, path), shard);
      paths.push(path);
      left -= used;
      shard = Buffer.alloc(Math.min(SHARD, left));
      used = 0;
    }
  }
  return paths;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

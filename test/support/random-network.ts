/**
 * Random weights with which a deep network still tells pictures apart: with plain random statistics in its batch
 * normalisations, MobileNetV2 maps any two pictures to the same direction, and agreement would prove nothing.
 */
import { callsOf, networkVariables, tensorKey } from '../../src/model/layers/index.ts';
import type { LayerConfig, Network, NetworkConfig, Weights } from '../../src/model/network.ts';
import { type Tf, toTfjs } from '../../src/model/to-tfjs/index.ts';

type Tensor = ReturnType<Tf['tensor']>;
type Variables = NonNullable<ReturnType<Weights['get']>>;

/**
 * Kernels of He's size, the rest random about its usual value, each batch normalisation's mean and variance those of what
 * reaches it from `pictures`, and classes that depend on the picture.
 * @param pictures of the network's input size, normalised as it will get them
 */
export function randomNetwork(tf: Tf, config: NetworkConfig, pictures: readonly Float32Array[], seed: number): Network {
  const weights = randomWeights(config, seed);
  const network = { config, weights };
  const [[output]] = config.config.output_layers;
  const model = toTfjs(tf, network, [output]);
  const calls = callsOf(config);
  const lastUse = new Map<string, number>();
  calls.forEach(({ inputs }, i) => {
    for (const input of inputs) lastUse.set(tensorKey(input), i);
  });
  const values = new Map<string, Tensor>();
  for (const [i, { key, layer, inputs }] of calls.entries()) {
    if (layer.class_name === 'InputLayer') {
      const shape = model.inputs[0]!.shape.slice(1) as number[];
      values.set(
        key,
        tf.tidy(() => tf.stack(pictures.map((picture) => tf.tensor(picture, shape)))),
      );
      continue;
    }
    const from = inputs.map((input) => values.get(tensorKey(input))!);
    const made = model.getLayer(layer.name);
    const variables = weights.get(layer.name) ?? [];
    if (adapt(tf, layer, variables, from[0]!)) {
      tf.tidy(() => made.setWeights(variables.map(({ data, shape }) => tf.tensor(data, [...shape]))));
    }
    values.set(
      key,
      tf.tidy(() => made.apply(from.length === 1 ? from[0]! : from) as Tensor),
    );
    for (const input of new Set(inputs.map(tensorKey))) if (lastUse.get(input) === i) values.get(input)!.dispose();
  }
  values.get(tensorKey(config.config.output_layers[0]))?.dispose();
  model.dispose();
  return network;
}

/** Makes variables fit what reaches their layer. @returns false where they stay as they are */
function adapt(tf: Tf, layer: LayerConfig, variables: Variables, x: Tensor): boolean {
  const data = (name: string) => variables.find((variable) => variable.name === name)!.data;
  return tf.tidy(() => {
    if (layer.class_name === 'BatchNormalization') {
      const axes = x.shape.slice(0, -1).map((_, axis) => axis);
      const { mean, variance } = tf.moments(x, axes);
      data('moving_mean').set(mean.dataSync());
      data('moving_variance').set(variance.dataSync());
      return true;
    }
    if (layer.class_name !== 'Dense' || layer.config.activation !== 'softmax') return false;
    // After large numbers every picture would be of one class.
    const kernel = data('kernel');
    const scores = tf.dot(x, tf.tensor(kernel, [x.shape[1]!, kernel.length / x.shape[1]!]));
    const factor = 2 / Math.sqrt(tf.moments(scores).variance.dataSync()[0]!);
    kernel.set(kernel.map((value) => value * factor));
    return true;
  });
}

/** Normally distributed numbers, the same for a seed; out of a table, since a network has up to 60 million. */
export function normals(seed: number): () => number {
  let state = Math.imul(seed + 1, 2654435761) | 1;
  return () => {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return table[(state >>> 8) & 0xffff]!;
  };
}

/** Box and Muller's transform of evenly spread numbers. */
const table = Float64Array.from({ length: 0x10000 }, (_, i) => {
  const turn = (i * 0.6180339887498949) % 1;
  return Math.sqrt(-2 * Math.log((i + 0.5) / 0x10000)) * Math.cos(2 * Math.PI * turn);
});

function randomWeights(config: NetworkConfig, seed: number): Weights {
  const normal = normals(seed);
  const entries = [...networkVariables(config)].map(([layer, specs]) => {
    const variables = specs.map(({ name, shape }) => {
      const length = shape.reduce((product, size) => product * size, 1);
      const seen = name === 'depthwise_kernel' ? shape[0]! * shape[1]! : length / shape.at(-1)!;
      const [mean, deviation] = name.endsWith('kernel')
        ? [0, Math.sqrt(2 / seen)]
        : (usual[name as keyof typeof usual] ?? [0, 0.2]);
      return { name, shape, data: drawn(length, mean, deviation, normal) };
    });
    return [layer, variables] as const;
  });
  return new Map(entries);
}

function drawn(length: number, mean: number, deviation: number, normal: () => number): Float32Array {
  const data = new Float32Array(length);
  for (let i = 0; i < length; i++) data[i] = mean + deviation * normal();
  return data;
}

/** Mean and standard deviation. */
const usual = {
  gamma: [1, 0.2],
  alpha: [0.25, 0.05],
  mean: [0, 0.2],
  variance: [1, 0.1],
} as const;

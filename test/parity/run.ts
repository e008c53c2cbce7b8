/**
 * A network on both runtimes, from the same pixels.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Architecture } from '../../src/model/architectures/index.ts';
import type { Network, NetworkConfig } from '../../src/model/network.ts';
import { toOnnx } from '../../src/model/to-onnx/index.ts';
import { truncate } from '../../src/model/truncate.ts';
import { openTfjs } from '../../src/runtime/tfjs.ts';
import type { TfjsBackend } from '../../src/runtime/tfjs-load.ts';
import type { Pixels } from '../../src/types.ts';

export const poolings = ['none', 'avg', 'max', 'gem'] as const;
export type Pooling = (typeof poolings)[number];

/** How pixels become numbers: `(byte * scale - mean) / std`, in the order of `colour`. */
export interface Colours {
  readonly colour: 'rgb' | 'bgr';
  readonly scale: number;
  readonly mean: [number, number, number];
  readonly std: [number, number, number];
}

/** `keras.applications.imagenet_utils.preprocess_input`. */
const modes: Readonly<Record<string, Omit<Colours, 'colour'>>> = {
  caffe: { scale: 1, mean: [103.939, 116.779, 123.68], std: [1, 1, 1] },
  tf: { scale: 1 / 127.5, mean: [1, 1, 1], std: [1, 1, 1] },
};

/** The input of networks that do their preprocessing themselves. */
export const raw: Colours = { colour: 'rgb', scale: 1, mean: [0, 0, 0], std: [1, 1, 1] };

export function coloursOf({ mode, colour }: Architecture): Colours {
  return { colour, ...modes[mode as string]! };
}

/** `include_top=False` with every pooling at once: the same layers below, one layer named after each pooling above. */
export function withPoolings(config: NetworkConfig, layer?: string): NetworkConfig {
  const cuts = poolings.map((pooling) => truncate(config, { pooling, ...(layer === undefined ? {} : { layer }) }));
  const ends = cuts.map(({ config }, i) => {
    const end = config.layers.find(({ name }) => name === config.output_layers[0][0])!;
    return { ...end, name: poolings[i]!, config: { ...end.config, name: poolings[i] } };
  });
  const below = cuts[0]!.config.layers.slice(0, -1);
  const { name, input_layers } = config.config;
  return {
    class_name: 'Functional',
    config: { name, layers: [...below, ...ends], input_layers, output_layers: [['none', 0, 0]] },
  };
}

/** For each of `outputs` (names of layers) a vector for each picture, from ONNX Runtime. */
export async function runOnnx(
  network: Network,
  colours: Colours,
  outputs: readonly string[],
  pictures: readonly Pixels[],
): Promise<Float32Array[][]> {
  const { width, height } = pictures[0]!;
  const bytes = toOnnx(network, {
    input: { width, height, ...colours },
    weights: 'f32',
    // The product has two outputs at most; the compiler takes any number of any name.
    outputs: outputs.map((layer) => ({ name: layer as 'embedding', layer })),
    name: 'parity',
  });
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, graphOptimizationLevel: 'all' });
  try {
    const data = new Uint8Array(pictures.length * width * height * 3);
    pictures.forEach((pixels, i) => {
      data.set(pixels.data, i * pixels.data.length);
    });
    const results = await session.run({ pixels: new Tensor('uint8', data, [pictures.length, height, width, 3]) });
    return outputs.map((name) => {
      const numbers = results[name]!.data as Float32Array;
      const dim = numbers.length / pictures.length;
      return pictures.map((_, i) => numbers.slice(i * dim, (i + 1) * dim));
    });
  } finally {
    await session.release();
  }
}

/** The same from TensorFlow.js; `runtime` says which. */
export async function runTfjs(
  network: Network,
  colours: Colours,
  outputs: readonly string[],
  pictures: readonly Pixels[],
  backend: TfjsBackend = 'auto',
): Promise<{ vectors: Float32Array[][]; runtime: string }> {
  const { width, height } = pictures[0]!;
  const session = await openTfjs(network, { width, height, ...colours }, outputs, { backend });
  try {
    const all = await session.run(pictures);
    return { vectors: outputs.map((_, i) => all.map((vectors) => vectors[i]!)), runtime: session.device.runtime };
  } finally {
    session.close();
  }
}

/**
 * A backbone and a head as one network: pictures to probabilities.
 */
import type { DenseLayer, Head } from '../head/head.ts';
import type { KerasManifest } from '../model/manifest.ts';
import type { Network } from '../model/network.ts';
import { normalisationOf } from '../model/normalisation.ts';
import type { Projection } from '../projection/projection.ts';
import { appendLayers, prependLayers, type Step } from './add-layers.ts';
import { outLabels } from './parts.ts';

/** Its output are the probabilities, in the order of the head's labels. */
export interface ClassifierNetwork {
  readonly network: Network;
  /** Layer that gives the embedding: unit length, in the head's space. */
  readonly embedding: string;
  readonly probabilities: string;
}

/**
 * @param network ends with the raw embedding
 * @param projection of a space that projects another one's vectors
 */
export function classifierNetwork(network: Network, head: Head, projection?: Projection): ClassifierNetwork {
  const toEmbedding: Step[] = [
    unit,
    ...(projection ? [dense('projection', projectionLayer(projection), 'linear'), unit] : []),
  ];
  const last = head.layers.length - 1;
  const toProbabilities = head.layers.map((layer, i) =>
    i < last ? dense(`hidden_${i + 1}`, layer, 'relu') : dense('logits', scaled(layer, 1 / head.temperature), 'linear'),
  );
  const softmax = (name: string): Step => ({ name, class_name: 'Softmax' });
  const { sums } = outLabels(head);
  const end = sums
    ? [softmax('softmax'), summed('probabilities', sums, head.labels.length)]
    : [softmax('probabilities')];
  const steps = [...toEmbedding, ...toProbabilities, ...end];
  const { network: whole, names } = appendLayers(network, steps);
  return { network: whole, embedding: names[toEmbedding.length - 1]!, probabilities: names.at(-1)! };
}

const unit: Step = { name: 'unit_embedding', class_name: 'UnitNormalization', options: { axis: -1 } };

/**
 * The same network for pictures as they are: numbers 0 to 255, in RGB.
 * @param input what the network itself takes
 */
export function withPreprocessing(network: Network, input: KerasManifest['input']): Network {
  const { scale, mean, std } = normalisationOf(input);
  const inRgb = (numbers: readonly number[]): number[] =>
    input.colour === 'bgr' ? numbers.toReversed() : [...numbers];
  const options = {
    scale: inRgb(std.map((each) => scale / each)),
    offset: inRgb(mean.map((each, c) => -each / std[c]!)),
  };
  const rescaling: Step = { name: 'preprocessing', class_name: 'Rescaling', options };
  return prependLayers(network, input.colour === 'bgr' ? [rescaling, toBgr] : [rescaling]);
}

/** The last channel first. */
const toBgr: Step = {
  name: 'rgb_to_bgr',
  class_name: 'Conv2D',
  options: { filters: 3, kernel_size: [1, 1], use_bias: false },
  variables: [{ name: 'kernel', shape: [1, 1, 3, 3], data: Float32Array.of(0, 0, 1, 0, 1, 0, 1, 0, 0) }],
};

/** `components * (embedding - mean)` */
function projectionLayer({ mean, components }: Projection): DenseLayer {
  const inputs = mean.length;
  const outputs = components.length / inputs;
  const biases = Float32Array.from({ length: outputs }, (_, o) => {
    let sum = 0;
    for (let i = 0; i < inputs; i++) sum -= components[o * inputs + i]! * mean[i]!;
    return sum;
  });
  return { inputs, outputs, weights: components, biases };
}

function scaled({ weights, biases, ...size }: DenseLayer, factor: number): DenseLayer {
  return { ...size, weights: weights.map((each) => each * factor), biases: biases.map((each) => each * factor) };
}

/** @param sums as OutLabels has them */
function summed(name: string, sums: Float32Array, labels: number): Step {
  const units = sums.length / labels;
  return {
    name,
    class_name: 'Dense',
    options: { units, activation: 'linear', use_bias: false },
    variables: [{ name: 'kernel', shape: [labels, units], data: sums }],
  };
}

/** Keras has a column where a head has a row. */
function dense(name: string, { inputs, outputs, weights, biases }: DenseLayer, activation: 'linear' | 'relu'): Step {
  const kernel = new Float32Array(weights.length);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) kernel[i * outputs + o] = weights[o * inputs + i]!;
  }
  return {
    name,
    class_name: 'Dense',
    options: { units: outputs, activation, use_bias: true },
    variables: [
      { name: 'kernel', shape: [inputs, outputs], data: kernel },
      { name: 'bias', shape: [outputs], data: biases },
    ],
  };
}

/**
 * The layers that TF.js lacks, or computes otherwise than Keras, written in its operations. Gradients go
 * through them, but for dilated convolutions: TF.js has none of those in its own classes either.
 */
import {
  type Activation,
  activation,
  count,
  gemOptions,
  type LayerClassName,
  outputShape,
  perChannel,
  real,
  windowOf,
} from '../layers/index.ts';
import type { LayerConfig } from '../network.ts';
import type { Tensor, Tensor4D, Tf } from './tf.ts';

/** What a layer makes of its inputs; `variables` in Keras' order. Called inside a `tf.tidy`. */
type Compute = (
  tf: Tf,
  layer: LayerConfig,
  inputs: readonly [Tensor, ...Tensor[]],
  variables: readonly Tensor[],
) => Tensor;

/** Keras' floor of a standard deviation in Normalization. */
export const LEAST_DEVIATION = 1e-7;
/** Keras' floor of a length in UnitNormalization. */
const LEAST_LENGTH = 1e-6;

const computations: Partial<Record<LayerClassName, Compute>> = {
  Conv2D(tf, layer, [x], [kernel, bias]) {
    const groups = count(layer, 'groups', 1);
    const { strides, padding, dilation } = windowOf(layer);
    const kernels = tf.split(kernel!, groups, 3);
    const parts = tf
      .split(x, groups, 3)
      .map((part, i) =>
        tf.conv2d(part as Tensor4D, kernels[i] as Tensor4D, [...strides], padding, 'NHWC', [...dilation]),
      );
    return finish(tf, layer, tf.concat(parts, 3), bias);
  },

  DepthwiseConv2D(tf, layer, [x], [kernel, bias]) {
    const { strides, padding, dilation } = windowOf(layer);
    const y = tf.depthwiseConv2d(x as Tensor4D, kernel as Tensor4D, [...strides], padding, 'NHWC', [...dilation]);
    return finish(tf, layer, y, bias);
  },

  UpSampling2D(tf, layer, [x]) {
    const [height, width] = outputShape(layer, [x.shape.slice(1)]);
    return tf.image.resizeBilinear(x as Tensor4D, [height!, width!], false, true);
  },

  Normalization(tf, layer, [x], [mean, variance]) {
    const channels = x.shape.at(-1)!;
    const center = mean ?? tf.tensor1d([...perChannel(layer, 'mean', channels)]);
    const spread = variance ?? tf.tensor1d([...perChannel(layer, 'variance', channels)]);
    return tf.div(tf.sub(x, center), tf.maximum(tf.sqrt(spread), LEAST_DEVIATION));
  },

  UnitNormalization: (tf, _layer, [x]) => tf.div(x, tf.maximum(tf.sqrt(tf.sum(tf.square(x), -1, true)), LEAST_LENGTH)),

  GeM(tf, layer, [x]) {
    const { p, epsilon } = gemOptions(layer);
    return tf.pow(tf.mean(tf.pow(tf.maximum(x, epsilon), p), [1, 2]), 1 / p);
  },

  ELU(tf, layer, [x]) {
    const alpha = real(layer, 'alpha', 1);
    return tf.add(tf.relu(x), tf.mul(alpha, tf.elu(tf.minimum(x, 0))));
  },

  Subtract: (tf, _layer, [x, y]) => tf.sub(x, y!),
};

function finish(tf: Tf, layer: LayerConfig, x: Tensor, bias: Tensor | undefined): Tensor {
  return activated(tf, activation(layer), bias ? tf.add(x, bias) : x);
}

function activated(tf: Tf, name: Activation, x: Tensor): Tensor {
  switch (name) {
    case 'linear':
      return x;
    case 'swish':
      return tf.mul(x, tf.sigmoid(x));
    case 'gelu':
      return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
    default:
      return tf[name](x);
  }
}

/** Are there operations for layers of this class? */
export function canCompute(className: string): boolean {
  return className in computations;
}

/** @see Compute */
export function compute(...[tf, layer, inputs, variables]: Parameters<Compute>): Tensor {
  return computations[layer.class_name as LayerClassName]!(tf, layer, inputs, variables);
}

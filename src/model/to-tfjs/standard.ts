/**
 * Layers in TF.js' own classes, where those compute what Keras does. What TF.js leaves out without a word (groups, the
 * dilation of depthwise convolutions, `keepdims`, half-pixel centres) is caught here: it is written in another way, or
 * left to `custom.ts`.
 */
import {
  activation,
  axis,
  count,
  edgesOf,
  flag,
  type LayerClassName,
  maxValue,
  outputShape,
  perChannel,
  real,
  type Shape,
  upSampling,
  windowOf,
} from '../layers/index.ts';
import type { LayerConfig } from '../network.ts';

/** A class of TF.js and its options under Keras 2's names, which TF.js' files have too. */
export interface StandardLayer {
  readonly className: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** `inputs`: shapes of one call's inputs. Undefined where TF.js has no such layer, or one that computes something else. */
type Translation = (layer: LayerConfig, inputs: readonly Shape[]) => StandardLayer | undefined;

/** Variables are filled in later: TF.js' default is random numbers, which take seconds for a large network. */
const zeros = 'zeros';

function convolution(layer: LayerConfig, ...kernels: string[]): Record<string, unknown> {
  const { kernel, strides, padding, dilation } = windowOf(layer);
  return {
    kernel_size: [...kernel],
    strides: [...strides],
    padding,
    dilation_rate: [...dilation],
    activation: activation(layer),
    use_bias: flag(layer, 'use_bias', true),
    ...Object.fromEntries(kernels.map((name) => [`${name}_initializer`, zeros])),
  };
}

/** A class that takes nothing but its inputs. */
const plain: Translation = ({ class_name }) => ({ className: class_name, options: {} });

const windowed: Translation = (layer) => {
  const { kernel, strides, padding } = windowOf(layer);
  return { className: layer.class_name, options: { pool_size: [...kernel], strides: [...strides], padding } };
};

/** TF.js ignores `keepdims`; a window as large as the picture keeps them too. */
const overall: Translation = (layer, inputs) => {
  if (!flag(layer, 'keepdims', false)) return plain(layer, inputs);
  const className = layer.class_name.replace('Global', '');
  return { className, options: { pool_size: inputs[0]!.slice(0, 2), strides: [1, 1], padding: 'valid' } };
};

const reshaped: Translation = (layer, inputs) => ({
  className: 'Reshape',
  options: { target_shape: [...outputShape(layer, inputs)] },
});

const translations = {
  InputLayer: (layer, inputs) => ({
    className: 'InputLayer',
    options: { batch_input_shape: [null, ...outputShape(layer, inputs)], dtype: 'float32', sparse: false },
  }),
  Conv2D(layer) {
    if (count(layer, 'groups', 1) > 1) return undefined;
    return { className: 'Conv2D', options: { filters: count(layer, 'filters'), ...convolution(layer, 'kernel') } };
  },
  DepthwiseConv2D(layer) {
    if (windowOf(layer).dilation.some((rate) => rate > 1)) return undefined;
    const options = { depth_multiplier: count(layer, 'depth_multiplier', 1), ...convolution(layer, 'depthwise') };
    return { className: 'DepthwiseConv2D', options };
  },
  SeparableConv2D: (layer) => ({
    className: 'SeparableConv2D',
    options: {
      filters: count(layer, 'filters'),
      depth_multiplier: count(layer, 'depth_multiplier', 1),
      ...convolution(layer, 'depthwise', 'pointwise'),
    },
  }),
  Dense: (layer) => ({
    className: 'Dense',
    options: {
      units: count(layer, 'units'),
      activation: activation(layer),
      use_bias: flag(layer, 'use_bias', true),
      kernel_initializer: zeros,
    },
  }),
  MaxPooling2D: windowed,
  AveragePooling2D: windowed,
  GlobalAveragePooling2D: overall,
  GlobalMaxPooling2D: overall,
  GeM: () => undefined,
  ZeroPadding2D(layer) {
    const { top, bottom, left, right } = edgesOf(layer);
    const padding = [
      [top, bottom],
      [left, right],
    ];
    return { className: 'ZeroPadding2D', options: { padding } };
  },
  Cropping2D(layer) {
    const { top, bottom, left, right } = edgesOf(layer);
    const cropping = [
      [top, bottom],
      [left, right],
    ];
    return { className: 'Cropping2D', options: { cropping } };
  },
  UpSampling2D(layer) {
    const { size, interpolation } = upSampling(layer);
    // TF.js interpolates between pixels' corners, Keras between their centres.
    if (interpolation === 'bilinear') return undefined;
    return { className: 'UpSampling2D', options: { size: [...size], interpolation } };
  },
  BatchNormalization: (layer) => ({
    className: 'BatchNormalization',
    options: {
      axis: -1,
      momentum: real(layer, 'momentum', 0.99),
      epsilon: real(layer, 'epsilon', 1e-3),
      center: flag(layer, 'center', true),
      scale: flag(layer, 'scale', true),
    },
  }),
  Normalization: () => undefined,
  Rescaling(layer, inputs) {
    const channels = inputs[0]!.at(-1)!;
    const [scale, offset] = [perChannel(layer, 'scale', channels), perChannel(layer, 'offset', channels, 0)];
    const one = (numbers: readonly number[]) => (numbers.length === 1 ? numbers[0] : [...numbers]);
    return { className: 'Rescaling', options: { scale: one(scale), offset: one(offset) } };
  },
  UnitNormalization: () => undefined,
  Activation: (layer) => ({ className: 'Activation', options: { activation: activation(layer) } }),
  ReLU(layer) {
    const limit = maxValue(layer);
    return { className: 'ReLU', options: Number.isFinite(limit) ? { max_value: limit } : {} };
  },
  LeakyReLU: (layer) => ({ className: 'LeakyReLU', options: { alpha: real(layer, 'alpha', 0.3) } }),
  // TF.js' class takes no other alpha.
  ELU: (layer, inputs) => (real(layer, 'alpha', 1) === 1 ? plain(layer, inputs) : undefined),
  PReLU: (layer) => ({
    className: 'PReLU',
    options: { shared_axes: layer.config.shared_axes ?? [], alpha_initializer: zeros },
  }),
  Softmax: () => ({ className: 'Softmax', options: { axis: -1 } }),
  // TF.js' class takes no vectors.
  Flatten: (layer, inputs) => (inputs[0]!.length > 1 ? plain(layer, inputs) : reshaped(layer, inputs)),
  Reshape: reshaped,
  Permute: (layer) => ({ className: 'Permute', options: { dims: layer.config.dims } }),
  Add: plain,
  Subtract: () => undefined,
  Multiply: plain,
  Average: plain,
  Maximum: plain,
  Concatenate: (layer, inputs) => ({
    className: 'Concatenate',
    options: { axis: axis(layer, inputs[0]!.length) + 1 },
  }),
} as const satisfies Record<LayerClassName, Translation>;

/**
 * A layer in TF.js' own classes, for one call's inputs.
 * @returns undefined where only `custom.ts` computes it as Keras does
 */
export function standardLayer(layer: LayerConfig, inputs: readonly Shape[]): StandardLayer | undefined {
  return translations[layer.class_name as LayerClassName](layer, inputs);
}

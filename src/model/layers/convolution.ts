/** Conv2D, DepthwiseConv2D, SeparableConv2D. */
import type { LayerConfig, VariableSpec } from '../network.ts';
import { activation, count, flag, invalid, type LayerClass, picture, type Shape } from './layer.ts';
import { slide, windowOf } from './window.ts';

const windowOptions = ['kernel_size', 'strides', 'padding', 'dilation_rate', 'activation', 'use_bias'];

const bias = (layer: LayerConfig, channels: number): readonly VariableSpec[] =>
  flag(layer, 'use_bias', true) ? [{ name: 'bias', shape: [channels] }] : [];

/** Output, `[height, width, channels]`; also checks what the other functions rely on. */
function convolved(layer: LayerConfig, inputs: readonly Shape[], channels: number): Shape {
  activation(layer);
  const { strides, dilation } = windowOf(layer);
  if (Math.max(...strides) > 1 && Math.max(...dilation) > 1) {
    throw invalid(layer, `expected strides or a dilation_rate above 1, not both; got ${strides} and ${dilation}`);
  }
  return [...slide(layer, picture(layer, inputs)), channels];
}

const area = ([height, width]: Shape): number => (height ?? 1) * (width ?? 1);

/** Input channels that each filter sees. */
function channelsSeen(layer: LayerConfig, inputs: readonly Shape[]): number {
  const channels = picture(layer, inputs)[2];
  const groups = count(layer, 'groups', 1);
  if (channels % groups === 0 && count(layer, 'filters') % groups === 0) return channels / groups;
  throw invalid(layer, `groups must divide ${channels} input channels and the filters; got ${groups}`);
}

const conv2d: LayerClass = {
  options: ['filters', 'groups', ...windowOptions],
  shape: (layer, inputs) => convolved(layer, inputs, count(layer, 'filters')),
  variables(layer, inputs) {
    const filters = count(layer, 'filters');
    const kernel = [...windowOf(layer).kernel, channelsSeen(layer, inputs), filters];
    return [{ name: 'kernel', shape: kernel }, ...bias(layer, filters)];
  },
  multiplyAdds(layer, inputs) {
    const filters = count(layer, 'filters');
    return (
      area(slide(layer, picture(layer, inputs))) * area(windowOf(layer).kernel) * channelsSeen(layer, inputs) * filters
    );
  },
};

/** Channels between the two convolutions of a separable one; of a depthwise one, its output's. */
const spread = (layer: LayerConfig, inputs: readonly Shape[]): number =>
  picture(layer, inputs)[2] * count(layer, 'depth_multiplier', 1);

function depthwiseKernel(layer: LayerConfig, inputs: readonly Shape[]): VariableSpec {
  const shape = [...windowOf(layer).kernel, picture(layer, inputs)[2], count(layer, 'depth_multiplier', 1)];
  return { name: 'depthwise_kernel', shape };
}

const depthwiseMultiplyAdds = (layer: LayerConfig, inputs: readonly Shape[]): number =>
  area(slide(layer, picture(layer, inputs))) * area(windowOf(layer).kernel) * spread(layer, inputs);

const depthwiseConv2d: LayerClass = {
  options: ['depth_multiplier', ...windowOptions],
  shape: (layer, inputs) => convolved(layer, inputs, spread(layer, inputs)),
  variables: (layer, inputs) => [depthwiseKernel(layer, inputs), ...bias(layer, spread(layer, inputs))],
  multiplyAdds: depthwiseMultiplyAdds,
};

const separableConv2d: LayerClass = {
  options: ['filters', 'depth_multiplier', ...windowOptions],
  shape: (layer, inputs) => convolved(layer, inputs, count(layer, 'filters')),
  variables(layer, inputs) {
    const filters = count(layer, 'filters');
    return [
      depthwiseKernel(layer, inputs),
      { name: 'pointwise_kernel', shape: [1, 1, spread(layer, inputs), filters] },
      ...bias(layer, filters),
    ];
  },
  multiplyAdds(layer, inputs) {
    const pointwise = area(slide(layer, picture(layer, inputs))) * spread(layer, inputs) * count(layer, 'filters');
    return depthwiseMultiplyAdds(layer, inputs) + pointwise;
  },
};

export const convolutions = {
  Conv2D: conv2d,
  DepthwiseConv2D: depthwiseConv2d,
  SeparableConv2D: separableConv2d,
} as const satisfies Record<string, LayerClass>;

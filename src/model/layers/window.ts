/**
 * Windows that slide over a picture: convolutions and pooling.
 */
import type { LayerConfig } from '../network.ts';
import { invalid, pair, type Shape, shown } from './layer.ts';

/** Every pair is `[vertical, horizontal]`. */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: 'same' | 'valid';
}

/** The window of a convolution (`kernel_size`), or of a pooling layer (`pool_size`, whose strides are that size by default). */
export function windowOf(layer: LayerConfig): Window {
  const pooling = layer.class_name.endsWith('Pooling2D');
  const kernel = pooling ? pair(layer, 'pool_size', 2) : pair(layer, 'kernel_size');
  const padding = layer.config.padding ?? 'valid';
  if (padding !== 'same' && padding !== 'valid') {
    throw invalid(layer, `padding must be same or valid; got ${JSON.stringify(padding)}`);
  }
  return {
    kernel,
    strides: pair(layer, 'strides', pooling ? kernel : 1),
    dilation: pair(layer, 'dilation_rate', 1),
    padding,
  };
}

/** Height and width of what a window makes of a picture of that size. */
export function slide(layer: LayerConfig, input: Shape): readonly [number, number] {
  const { kernel, strides, dilation, padding } = windowOf(layer);
  const along = (axis: 0 | 1): number => {
    const covered = padding === 'same' ? 0 : (kernel[axis] - 1) * dilation[axis];
    return Math.ceil(((input[axis] ?? 0) - covered) / strides[axis]);
  };
  const [height, width] = [along(0), along(1)];
  if (height >= 1 && width >= 1) return [height, width];
  throw invalid(layer, `expected an input that its window fits into, ${kernel.join(' x ')}; got ${shown(input)}`);
}

/**
 * What TensorFlow's SAME padding adds before and after one axis; where it is odd, the extra one comes after.
 * @param size of the input along this axis
 */
export function samePadding(size: number, kernel: number, stride: number, dilation = 1): readonly [number, number] {
  const reach = (kernel - 1) * dilation + 1;
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** Conv2D, DepthwiseConv2D, SeparableConv2D. They take in a border of zeros and the colours that come before them. */
import { count, samePadding, type Window, windowOf } from '../layers/index.ts';
import { type Affine, affine, isAddingOnly } from './affine.ts';
import { linear } from './linear.ts';
import type { Call, Value } from './value.ts';

interface Convolution {
  readonly input: Value;
  /** [height, width, channels in of a group, channels out]; read when it is written. */
  readonly kernel: { readonly shape: readonly number[]; read(): Float32Array };
  readonly window: Window;
  readonly groups: number;
}

/** A window of one pixel. */
export const pointwise: Window = { kernel: [1, 1], strides: [1, 1], dilation: [1, 1], padding: 'valid' };

export function conv2d(call: Call): Value {
  const { layer, inputs, key } = call;
  const tensor = call.variable('kernel');
  const kernel = { shape: tensor.shape, read: () => tensor.data };
  const groups = count(layer, 'groups', 1);
  const convolution = { input: inputs[0], kernel, window: windowOf(layer), groups };
  return linear(call, (scaled) => convolve(call, key, convolution, scaled));
}

export function depthwiseConv2d(call: Call): Value {
  return linear(call, (scaled) => convolve(call, call.key, depthwise(call), scaled));
}

export function separableConv2d(call: Call): Value {
  const { key, shape } = call;
  return linear(call, (scaled) => {
    const first = depthwise(call);
    const channels = first.kernel.shape[3]!;
    const name = convolve(call, `${key}/depthwise`, first, affine(channels));
    const input: Value = { shape: [shape[0]!, shape[1]!, channels], uses: 1, name: () => name };
    const tensor = call.variable('pointwise_kernel');
    const kernel = { shape: tensor.shape, read: () => tensor.data };
    return convolve(call, key, { input, kernel, window: pointwise, groups: 1 }, scaled);
  });
}

/** As many groups as channels: Keras' [h, w, channels, multiplier] lies in memory as [h, w, 1, channels * multiplier]. */
function depthwise(call: Call): Convolution {
  const tensor = call.variable('depthwise_kernel');
  const [height, width, channels, multiplier] = tensor.shape as [number, number, number, number];
  const kernel = { shape: [height, width, 1, channels * multiplier], read: () => tensor.data };
  return { input: call.inputs[0], kernel, window: windowOf(call.layer), groups: channels };
}

/** @param scaled what is done to its sums. @returns the name of its output */
export function convolve(
  { graph }: Pick<Call, 'graph'>,
  name: string,
  { input, kernel, window, groups }: Convolution,
  { factor, offset }: Affine,
): string {
  const [height, width, ins, outs] = kernel.shape as [number, number, number, number];
  const picture = input.border?.inner ?? input;
  const colours = groups === 1 ? picture.colours : undefined;
  const reversed = colours?.reversed === true;

  const dims = [outs, ins, height, width];
  let weights = graph.weights(`${name}/kernel`, dims, () => outermostFirst(kernel.read(), dims, { factor, reversed }));
  if (colours && !isAddingOnly(colours.affine)) {
    const scale = Float64Array.from(colours.affine.factor);
    const channels = graph.floats(`${name}/colours`, [ins, 1, 1], reversed ? scale.reverse() : scale);
    // ONNX Runtime does it when it loads the file. In half precision a hundredth of a weight would be less exact.
    weights = graph.node('Mul', `${name}/scaled`, [weights, channels]);
  }
  const bias = offset.some((each) => each !== 0) ? [graph.floats(`${name}/bias`, [outs], offset)] : [];
  return graph.node('Conv', name, [colours?.centred() ?? picture.name(), weights, ...bias], {
    kernel_shape: [height, width],
    strides: window.strides,
    pads: padsOf(input, window),
    dilations: window.dilation,
    group: groups,
  });
}

/**
 * ONNX' order: top, left, bottom, right. The zeros that are around a picture are added by the window itself.
 * @param input the picture with its border
 */
export function padsOf(
  { shape, border }: Pick<Value, 'shape' | 'border'>,
  { kernel, strides, dilation, padding }: Window,
): number[] {
  const along = (axis: 0 | 1): readonly [number, number] =>
    padding === 'same' ? samePadding(shape[axis]!, kernel[axis], strides[axis], dilation[axis]) : [0, 0];
  const { top, bottom, left, right } = border?.edges ?? { top: 0, bottom: 0, left: 0, right: 0 };
  const [above, below] = along(0);
  const [before, after] = along(1);
  return [top + above, left + before, bottom + below, right + after];
}

/**
 * Keras' [h, w, in, out] as ONNX' [out, in, h, w], each output multiplied by its factor.
 * @param o.reversed the inputs are put into the opposite order
 */
function outermostFirst(
  source: Float32Array,
  dims: readonly number[],
  { factor, reversed }: { readonly factor: Float64Array; readonly reversed: boolean },
): Float32Array {
  const [outs, ins, height, width] = dims as [number, number, number, number];
  const area = height * width;
  const target = new Float32Array(source.length);
  // Sixteen outputs at a time: their places in the target are far from each other, but so few stay in the cache.
  for (let first = 0; first < outs; first += 16) {
    const end = Math.min(first + 16, outs);
    for (let i = 0; i < ins; i++) {
      const place = (reversed ? ins - 1 - i : i) * area;
      for (let spot = 0; spot < area; spot++) {
        const from = (spot * ins + i) * outs;
        for (let o = first; o < end; o++) target[o * ins * area + place + spot] = source[from + o]! * factor[o]!;
      }
    }
  }
  return target;
}

/**
 * Gradients of convolutions with respect to their pictures: a convolution of what came back, spread out by the strides, with
 * the kernel turned round.
 */
import type { KernelFunc } from '@tensorflow/tfjs-core';
import type { Tensor4D, Tf } from '../../model/to-tfjs/tf.ts';
import type { TensorInfo, WasmBackend } from './backend.ts';
import { type Convolution, type ConvolutionAttributes, convolutionOf, typedKernel } from './kernel.ts';

interface Inputs {
  /** The gradient of what the convolution made. */
  readonly dy: Tensor4D;
  readonly filter: Tensor4D;
}

type Attributes = ConvolutionAttributes & { readonly inputShape: Tensor4D['shape'] };

/** Pixels before and after, down and across; below 0 they are taken away. */
type Edges = readonly [down: readonly [number, number], across: readonly [number, number]];

/** Of `tf.conv2d`. TensorFlow.js has this one on wasm, and takes up to ten times as long. */
export const conv2DBackpropInput = (tf: Tf): KernelFunc =>
  typedKernel<Inputs, Attributes>(({ inputs: { dy, filter }, attrs, backend }) =>
    tf.tidy(() => {
      const c = convolutionOf(tf, 'Conv2DBackpropInput', attrs.inputShape, filter.shape, attrs);
      const turned = tf.engine().makeTensorFromTensorInfo(turn(backend, filter)) as Tensor4D;
      const edges = edgesOf(c);
      if (c.filterHeight === 1 && c.filterWidth === 1) {
        // Spread out last, since most of what is spread out is zeros.
        const spreadOut = cropped(tf, spread(tf, tf.conv2d(dy, turned, 1, 'valid'), c), edges);
        return tf.pad(spreadOut, [[0, 0], ...paddings(edges), [0, 0]]);
      }
      const padding = [[0, 0], ...paddings(edges), [0, 0]] as Parameters<Tf['conv2d']>[3];
      return tf.conv2d(cropped(tf, spread(tf, dy, c), edges), turned, 1, padding);
    }),
  );

/** Of `tf.depthwiseConv2d`. */
export const depthwiseConv2dNativeBackpropInput = (tf: Tf): KernelFunc =>
  typedKernel<Inputs, Attributes>(({ inputs: { dy, filter }, attrs }) =>
    tf.tidy(() => {
      const c = convolutionOf(tf, 'DepthwiseConv2dNativeBackpropInput', attrs.inputShape, filter.shape, attrs);
      const [height, width, channels, multiplier] = filter.shape;
      const turned = tf.reshape(tf.reverse(filter, [0, 1]), [height, width, channels * multiplier, 1] as const);
      const edges = edgesOf(c);
      const padding = [[0, 0], ...paddings(edges), [0, 0]] as Parameters<Tf['depthwiseConv2d']>[3];
      const dilation: [number, number] = [c.dilationHeight, c.dilationWidth];
      const each = tf.depthwiseConv2d(
        cropped(tf, spread(tf, dy, c), edges),
        turned as Tensor4D,
        1,
        padding,
        'NHWC',
        dilation,
      );
      return multiplier === 1 ? each : tf.reshape(tf.sum(tf.reshape(each, [-1, multiplier]), 1), c.inShape);
    }),
  );

/** Channels of a kernel that are exchanged at a time: a line of the processor's cache. */
const line = 16;

/** `[height, width, from, to]` to `[height, width, to, from]`, its places in reverse; several times as fast as `tf.transpose`. */
function turn(backend: WasmBackend, filter: Tensor4D): TensorInfo {
  const [height, width, from, to] = filter.shape;
  const made = backend.makeOutput([height, width, to, from], 'float32');
  const [source, target] = [backend.typedArrayFromHeap(filter), backend.typedArrayFromHeap(made)];
  const size = from * to;
  for (let start = 0; start < source.length; start += size) {
    const end = source.length - start - size;
    for (let first = 0; first < from; first += line) {
      const last = Math.min(from, first + line);
      for (let b = 0; b < to; b++) {
        for (let a = first; a < last; a++) target[end + b * from + a] = source[start + a * to + b]!;
      }
    }
  }
  return made;
}

/** What the spread-out gradient needs around it, so that the turned kernel makes a picture of the input's size. */
function edgesOf(c: Convolution): Edges {
  const { top, left } = c.padInfo;
  const along = (before: number, size: number, steps: number, stride: number, reach: number) =>
    [reach - before, size - steps * stride + before] as const;
  return [
    along(top, c.inHeight, c.outHeight, c.strideHeight, (c.filterHeight - 1) * c.dilationHeight),
    along(left, c.inWidth, c.outWidth, c.strideWidth, (c.filterWidth - 1) * c.dilationWidth),
  ];
}

/** Zeros after each row and each pixel, as many as the strides pass over. */
function spread(tf: Tf, x: Tensor4D, { strideHeight, strideWidth }: Convolution): Tensor4D {
  if (strideHeight === 1 && strideWidth === 1) return x;
  const [batch, height, width, channels] = x.shape;
  const row = width * strideWidth * channels;
  const pixels = tf.pad(tf.reshape(x, [-1, channels]), [
    [0, 0],
    [0, (strideWidth - 1) * channels],
  ]);
  const rows = tf.pad(tf.reshape(pixels, [-1, row]), [
    [0, 0],
    [0, (strideHeight - 1) * row],
  ]);
  return tf.reshape(rows, [batch, height * strideHeight, width * strideWidth, channels]);
}

function cropped(tf: Tf, x: Tensor4D, [down, across]: Edges): Tensor4D {
  const off = [down, across].map(([before, after]) => [Math.max(0, -before), Math.max(0, -after)] as const);
  if (off.flat().every((pixels) => pixels === 0)) return x;
  const [batch, height, width, channels] = x.shape;
  const [[top, bottom], [left, right]] = off as [readonly [number, number], readonly [number, number]];
  return tf.slice(x, [0, top, left, 0], [batch, height - top - bottom, width - left - right, channels]);
}

function paddings([down, across]: Edges): [[number, number], [number, number]] {
  const positive = ([before, after]: readonly [number, number]): [number, number] => [
    Math.max(0, before),
    Math.max(0, after),
  ];
  return [positive(down), positive(across)];
}

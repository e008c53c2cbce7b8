/**
 * Gradients of pooling. TensorFlow.js has them on wasm, but gives nothing back to the largest number of a window where that is
 * below 0, and divides by pixels outside the picture where it averages (on its backend cpu, too); tfjs-node does neither.
 */
import type { KernelFunc } from '@tensorflow/tfjs-core';
import type { Tensor4D, Tf } from '../../model/to-tfjs/tf.ts';
import { addressOf, modulesOf, type TensorInfo, type WasmBackend, zeros } from './backend.ts';
import { type Convolution, typedKernel } from './kernel.ts';

interface Inputs {
  /** The gradient of what pooling made. */
  readonly dy: Tensor4D;
  /** What was pooled. */
  readonly input: Tensor4D;
}

type Pooling = Parameters<Tf['backend_util']['computePool2DInfo']>;

interface Attributes {
  readonly filterSize: Pooling[1];
  readonly strides: Pooling[2];
  readonly pad: Pooling[4];
  readonly dimRoundingMode?: Pooling[5];
}

/** Of `tf.maxPool`: where several numbers are the largest, to the first. */
export const maxPoolGrad = (tf: Tf): KernelFunc =>
  typedKernel<Inputs & { output: Tensor4D }, Attributes>(({ inputs: { dy, input, output }, attrs, backend }) => {
    const { largest } = modulesOf(backend);
    const [x, y, back] = [input, output, dy].map((tensor) => addressOf(backend, tensor)) as [number, number, number];
    return scatter(tf, backend, input, attrs, (c, target, { pixel, rows, columns, from }) => {
      const step = c.inChannels * 4;
      largest(x + pixel, target + pixel, c.inWidth * step, step, rows, columns, y + from, back + from, c.inChannels);
    });
  });

/** Of `tf.avgPool`. */
export const avgPoolGrad = (tf: Tf): KernelFunc =>
  typedKernel<Inputs, Attributes>(({ inputs: { dy, input }, attrs, backend }) => {
    const { evenly } = modulesOf(backend);
    const back = addressOf(backend, dy);
    return scatter(tf, backend, input, attrs, (c, target, { pixel, rows, columns, from }) => {
      for (let row = 0; row < rows; row++) {
        const dx = target + pixel + row * c.inWidth * c.inChannels * 4;
        evenly(dx, columns, back + from, c.inChannels, 1 / (rows * columns));
      }
    });
  });

/** The part of a window that lies in the picture. */
interface Window {
  /** Its first pixel, in bytes from the beginning of the pictures. */
  readonly pixel: number;
  readonly rows: number;
  readonly columns: number;
  /** The pixel that was made of it, in bytes from the beginning of the output. */
  readonly from: number;
}

/** A tensor like `input`, filled by what `visit` does for every window. */
function scatter(
  tf: Tf,
  backend: WasmBackend,
  input: Tensor4D,
  { filterSize, strides, pad, dimRoundingMode }: Attributes,
  visit: (c: Convolution, target: number, window: Window) => void,
): TensorInfo {
  const c = tf.backend_util.computePool2DInfo(input.shape, filterSize, strides, 1, pad, dimRoundingMode);
  const made = zeros(backend, input.shape);
  const target = addressOf(backend, made);
  const bytes = c.inChannels * 4;
  for (let n = 0; n < c.batchSize; n++) {
    for (let y = 0; y < c.outHeight; y++) {
      const down = clipped(y * c.strideHeight - c.padInfo.top, c.filterHeight, c.inHeight);
      for (let x = 0; x < c.outWidth; x++) {
        const across = clipped(x * c.strideWidth - c.padInfo.left, c.filterWidth, c.inWidth);
        if (down.count <= 0 || across.count <= 0) continue;
        const pixel = ((n * c.inHeight + down.first) * c.inWidth + across.first) * bytes;
        const from = ((n * c.outHeight + y) * c.outWidth + x) * bytes;
        visit(c, target, { pixel, rows: down.count, columns: across.count, from });
      }
    }
  }
  return made;
}

function clipped(from: number, length: number, size: number) {
  const first = Math.max(0, from);
  return { first, count: Math.min(size, from + length) - first };
}

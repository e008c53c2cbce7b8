/**
 * `tf.sum` over all axes but some last ones, as gradients of biases are: TensorFlow.js transposes the tensor first, which
 * takes ten times as long.
 */
import type { KernelFunc } from '@tensorflow/tfjs-core';
import type { Tensor, Tf } from '../../model/to-tfjs/tf.ts';
import { addressOf, modulesOf, zeros } from './backend.ts';
import { typedKernel } from './kernel.ts';

interface Attributes {
  readonly axis: number | number[];
  readonly keepDims: boolean;
}

/** Rows that are added up at a time. */
const enough = 128;

/** The given kernel, but for those sums. */
export const leadingSum = (tf: Tf, given: KernelFunc): KernelFunc =>
  typedKernel<{ x: Tensor }, Attributes>(({ inputs: { x }, attrs, backend }, all) => {
    const axes = tf.util.parseAxisParam(attrs.axis, x.shape).toSorted((a, b) => a - b);
    const kept = x.shape.slice(axes.length);
    const leading = axes.length > 0 && kept.length > 0 && axes.every((axis, i) => axis === i);
    if (!leading || x.dtype !== 'float32') return given(all);
    const columns = tf.util.sizeFromShape(kept);
    const rows = x.size / columns;
    const made = zeros(backend, attrs.keepDims ? [...axes.map(() => 1), ...kept] : kept);
    const ones = tf.ones([columns]);
    const [from, factors, target] = [x, ones, made].map((tensor) => addressOf(backend, tensor)) as [
      number,
      number,
      number,
    ];
    const { inner } = modulesOf(backend);
    const step = columns * 4;
    for (let row = 0; row < rows; row += enough) {
      inner(factors, 0, 0, from + row * step, 0, step, 1, Math.min(enough, rows - row), target, columns);
    }
    ones.dispose();
    return made;
  });

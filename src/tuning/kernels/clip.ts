/**
 * The gradient of `tf.clipByValue`, with which layers of class ReLU keep to their limit: TensorFlow.js' own makes four tensors of
 * booleans, which on wasm takes longer than a convolution.
 */
import type { GradConfig, KernelFunc } from '@tensorflow/tfjs-core';
import type { Tensor, Tf } from '../../model/to-tfjs/tf.ts';
import { addressOf, modulesOf } from './backend.ts';
import { typedKernel } from './kernel.ts';

/** The name under which the kernel is registered: TensorFlow.js has none. */
export const clipGrad = 'PixkinClipByValueGrad';

interface Limits {
  readonly clipValueMin: number;
  readonly clipValueMax: number;
}

export const clipByValueGrad: KernelFunc = typedKernel<{ x: Tensor; dy: Tensor }, Limits>(
  ({ inputs: { x, dy }, attrs, backend }) => {
    const made = backend.makeOutput(x.shape, 'float32');
    const [from, back, target] = [x, dy, made].map((tensor) => addressOf(backend, tensor)) as [number, number, number];
    modulesOf(backend).within(from, back, target, x.size, attrs.clipValueMin, attrs.clipValueMax);
    return made;
  },
);

/** The given gradient, but on wasm that of the kernel. */
export const clipByValueGradient = (tf: Tf, given: GradConfig): GradConfig => ({
  ...given,
  gradFunc(dy, saved, attrs) {
    const [x] = saved;
    if (tf.getBackend() !== 'wasm' || x!.dtype !== 'float32') return given.gradFunc(dy, saved, attrs);
    return { x: () => tf.engine().runKernel(clipGrad, { x: x!, dy: dy as Tensor }, attrs) as Tensor };
  },
});

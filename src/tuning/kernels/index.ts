/**
 * Gradients for TensorFlow.js' wasm backend, which runs convolutional networks but cannot train them.
 */
import type { KernelFunc } from '@tensorflow/tfjs-core';
import type { Tf } from '../../model/to-tfjs/index.ts';
import { clipByValueGrad, clipByValueGradient, clipGrad } from './clip.ts';
import { conv2DBackpropFilter, depthwiseConv2dNativeBackpropFilter } from './filters.ts';
import { conv2DBackpropInput, depthwiseConv2dNativeBackpropInput } from './inputs.ts';
import { avgPoolGrad, maxPoolGrad } from './pools.ts';
import { leadingSum } from './sum.ts';

const backendName = 'wasm';
const registered = new WeakSet<object>();

/**
 * Gives TensorFlow.js what training lacks on its backend `wasm`, is wrong or takes most of its time there, for the whole process; other
 * backends stay as they are. It does nothing where that backend's package is not loaded, or when called again.
 */
export function registerGradients(tf: Tf): void {
  // All copies of TensorFlow.js in a process have one engine, and one registry.
  const engine = tf.engine();
  const sum = tf.getKernel('Sum', backendName);
  const clip = tf.getGradient('ClipByValue');
  if (registered.has(engine) || !sum || !clip) return;
  registered.add(engine);
  const kernels: Record<string, KernelFunc> = {
    Conv2DBackpropFilter: conv2DBackpropFilter(tf),
    Conv2DBackpropInput: conv2DBackpropInput(tf),
    DepthwiseConv2dNativeBackpropFilter: depthwiseConv2dNativeBackpropFilter(tf),
    DepthwiseConv2dNativeBackpropInput: depthwiseConv2dNativeBackpropInput(tf),
    MaxPoolGrad: maxPoolGrad(tf),
    AvgPoolGrad: avgPoolGrad(tf),
    Sum: leadingSum(tf, sum.kernelFunc),
    [clipGrad]: clipByValueGrad,
  };
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    const given = tf.getKernel(kernelName, backendName);
    if (given) tf.unregisterKernel(kernelName, backendName);
    // With its setup, since the backend may not be ready yet.
    tf.registerKernel({ ...given, kernelName, backendName, kernelFunc });
  }
  tf.unregisterGradient('ClipByValue');
  tf.registerGradient(clipByValueGradient(tf, clip));
}

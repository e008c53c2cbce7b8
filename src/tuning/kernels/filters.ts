/**
 * Gradients of convolutions with respect to their kernels: sums, over all pictures and places, of what a window saw times what
 * came back for it.
 */
import type { KernelFunc } from '@tensorflow/tfjs-core';
import type { Tensor4D, Tf } from '../../model/to-tfjs/tf.ts';
import { addressOf, modulesOf, zeros } from './backend.ts';
import { type ConvolutionAttributes, convolutionOf, typedKernel } from './kernel.ts';
import { sweepWindow } from './sweep.ts';

interface Inputs {
  /** The pictures, `[batch, height, width, channels]`. */
  readonly x: Tensor4D;
  /** The gradient of what the convolution made of them. */
  readonly dy: Tensor4D;
}

type Attributes = ConvolutionAttributes & { readonly filterShape: Tensor4D['shape'] };

/** Of `tf.conv2d`. */
export const conv2DBackpropFilter = (tf: Tf): KernelFunc =>
  typedKernel<Inputs, Attributes>(({ inputs: { x, dy }, attrs, backend }) => {
    const c = convolutionOf(tf, 'Conv2DBackpropFilter', x.shape, attrs.filterShape, attrs);
    const { outer } = modulesOf(backend);
    const made = zeros(backend, attrs.filterShape);
    const target = addressOf(backend, made);
    const { inChannels, outChannels } = c;
    sweepWindow(c, addressOf(backend, x), addressOf(backend, dy), outChannels, (sweep, position) =>
      outer(...sweep, target + position * inChannels * outChannels * 4, inChannels, outChannels),
    );
    return made;
  });

/** Of `tf.depthwiseConv2d`. */
export const depthwiseConv2dNativeBackpropFilter = (tf: Tf): KernelFunc =>
  typedKernel<Inputs, Attributes>(({ inputs, attrs, backend }) => {
    const [height, width, channels, multiplier] = attrs.filterShape;
    // With each channel of x as often as it is used, there is one channel of dy for one of x.
    const x = multiplier === 1 ? inputs.x : repeated(tf, inputs.x, multiplier);
    const filterShape = [height, width, channels * multiplier, 1];
    const c = convolutionOf(tf, 'DepthwiseConv2dNativeBackpropFilter', x.shape, filterShape, attrs);
    const { inner } = modulesOf(backend);
    const made = zeros(backend, attrs.filterShape);
    const target = addressOf(backend, made);
    sweepWindow(c, addressOf(backend, x), addressOf(backend, inputs.dy), c.outChannels, (sweep, position) =>
      inner(...sweep, target + position * c.outChannels * 4, c.outChannels),
    );
    if (x !== inputs.x) x.dispose();
    return made;
  });

function repeated(tf: Tf, x: Tensor4D, times: number): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  return tf.tidy(() =>
    tf.reshape(tf.tile(tf.reshape(x, [-1, 1]), [1, times]), [batch, height, width, channels * times]),
  );
}

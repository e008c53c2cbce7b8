import { expect, it } from 'vitest';
import { checkTrainable } from '../../../../src/tuning/kernels/trainable.ts';
import { layer } from '../../model/networks.ts';

it('layers with gradients pass', () => {
  const window = { kernel_size: 3, dilation_rate: [1, 1] };
  const layers = [
    layer('a', 'Conv2D', [], window),
    layer('b', 'DepthwiseConv2D', [], window),
    layer('c', 'SeparableConv2D', [], window),
    layer('d', 'UpSampling2D', [], { size: 2 }),
    layer('e', 'Dense', [], { units: 2 }),
  ];
  expect(() => checkTrainable(layers)).not.toThrow();
});

it.each([
  [
    'Conv2D',
    { kernel_size: 3, dilation_rate: [1, 2] },
    'no gradients of dilated convolutions, and dilation_rate is 1 x 2',
  ],
  [
    'DepthwiseConv2D',
    { kernel_size: 3, dilation_rate: 2 },
    'no gradients of dilated convolutions, and dilation_rate is 2 x 2',
  ],
  [
    'SeparableConv2D',
    { kernel_size: 3, dilation_rate: 3 },
    'no gradients of dilated convolutions, and dilation_rate is 3 x 3',
  ],
  [
    'UpSampling2D',
    { interpolation: 'bilinear' },
    "wrong gradients of interpolation as Keras does it, and interpolation is 'bilinear'",
  ],
])('%s without right gradients is refused by its name', (className, config, problem) => {
  const layers = [layer('first', 'Flatten'), layer('second', className, [], config)];
  expect(() => checkTrainable(layers)).toThrow(
    expect.objectContaining({
      code: 'backbone_invalid',
      message: `layer second (${className}): expected a layer that TensorFlow.js can train; it has ${problem}`,
    }),
  );
});

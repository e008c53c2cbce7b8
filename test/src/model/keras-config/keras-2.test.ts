import { expect, test } from 'vitest';
import { shapesOf } from '../../../../src/model/layers/index.ts';
import { conv2, find, layer2, model2, names, pixels2, read, tensor, wiring } from './models.ts';

test('Keras 2: tensors are lists, and functions of TensorFlow have their second operand as a keyword', () => {
  const network = read(
    model2(
      [
        pixels2,
        layer2('TFOpLambda', 'tf.math.truediv', [tensor('input_1', 0, { y: 255, name: null })], {
          function: 'math.truediv',
        }),
        conv2('conv', [[tensor('tf.math.truediv')]], { activation: { class_name: 'function', config: 'relu6' } }),
        conv2('other', [[tensor('conv')]], {
          data_format: 'channels_last',
          groups: 1,
          kernel_initializer: { class_name: 'Zeros' },
        }),
        layer2('TFOpLambda', 'plus', [tensor('conv', 0, { y: ['other', 0, 0] })], { function: '__operators__.add' }),
        layer2('TFOpLambda', 'minus', [['_CONSTANT_VALUE', -1, 1, { y: ['plus', 0, 0], name: null }]], {
          function: 'math.subtract',
        }),
        layer2('Concatenate', 'both', [[tensor('plus'), tensor('minus')]], { axis: -1 }),
        layer2('BatchNormalizationV1', 'norm', [[tensor('both')]], { axis: [3], epsilon: 0.001, momentum: 0.99 }),
        layer2('LeakyReLU', 'leaky', [[tensor('norm')]], { alpha: 0.1 }),
        layer2('Dropout', 'drop', [[tensor('leaky')]], { rate: 0.5 }),
        layer2('Flatten', 'flat', [[tensor('drop')]]),
      ],
      'flat',
      0,
      'Model',
    ),
  );
  expect(wiring(network)).toEqual([
    'input_1 <- ',
    'tf.math.truediv <- input_1',
    'conv <- tf.math.truediv',
    'other <- conv',
    'plus <- conv + other',
    'minus <- plus',
    'both <- plus + minus',
    'norm <- both',
    'leaky <- norm',
    'flat <- leaky',
  ]);
  expect(find(network, 'conv')!.config.activation).toBe('relu6');
  expect(find(network, 'other')!.config).toEqual({
    name: 'other',
    filters: 4,
    kernel_size: [3, 3],
    strides: [1, 1],
    padding: 'same',
    groups: 1,
  });
  expect(find(network, 'plus')!.class_name).toBe('Add');
  expect(find(network, 'minus')).toMatchObject({ class_name: 'Rescaling', config: { scale: -1, offset: 1 } });
  expect(find(network, 'norm')!.config.axis).toBe(3);
  expect(shapesOf(network).get('flat')).toEqual([8 * 6 * 8]);
});

test('Keras 2: calls of a nested model may be counted from 1, and its names give way to those around it', () => {
  const inner = model2([pixels2, conv2('conv', [[tensor('input_1')]])], 'conv');
  const nested = {
    ...inner,
    name: 'inner',
    inbound_nodes: [[tensor('conv')]],
    config: { ...inner.config, name: 'inner' },
  };
  const flat = layer2('Flatten', 'flat', [[tensor('inner', 1)]]);
  const network = read(model2([pixels2, conv2('conv', [[tensor('input_1')]]), nested, flat], 'flat'));
  expect(wiring(network)).toEqual(['input_1 <- ', 'conv <- input_1', 'inner_conv <- conv', 'flat <- inner_conv']);
});

test('Keras 1 and 2: a Sequential model may be a list, or have its input in its first layer or beside them', () => {
  const conv = { class_name: 'Conv2D', config: { name: 'conv', filters: 4, kernel_size: 3 } };
  const first = { ...conv, config: { ...conv.config, batch_input_shape: [null, 8, 6, 3] } };
  const shape = { class_name: 'TensorShape', items: [null, 8, 6, 3] };
  for (const config of [
    [first],
    { name: 's', layers: [first] },
    { name: 's', layers: [conv], build_input_shape: shape },
  ]) {
    const network = read({ class_name: 'Sequential', config });
    expect(wiring(network)).toEqual(['conv_input <- ', 'conv <- conv_input']);
    expect(shapesOf(network).get('conv')).toEqual([6, 4, 4]);
  }
});

test('what the output does not need is left out', () => {
  const aside = conv2('aside', [[tensor('input_1')]]);
  expect(names(read(model2([pixels2, aside, conv2('conv', [[tensor('input_1')]])], 'conv')))).toEqual([
    'input_1',
    'conv',
  ]);
});

test('options are brought to one form', () => {
  const options = (class_name: string, config: object): unknown => {
    const network = read(model2([pixels2, layer2(class_name, 'here', [[tensor('input_1')]], config)], 'here'));
    const { name: _, ...rest } = find(network, 'here')!.config;
    return [find(network, 'here')!.class_name, rest];
  };
  expect(options('ReLU', { max_value: null, negative_slope: 0, threshold: 0 })).toEqual(['ReLU', {}]);
  expect(options('ReLU', { negative_slope: 0.1 })).toEqual(['LeakyReLU', { alpha: 0.1 }]);
  expect(options('LeakyReLU', { negative_slope: 0.2 })).toEqual(['LeakyReLU', { alpha: 0.2 }]);
  expect(options('Activation', { activation: 'leaky_relu' })).toEqual(['LeakyReLU', { alpha: 0.2 }]);
  expect(options('GlobalMaxPooling2D', { keepdims: false })).toEqual(['GlobalMaxPooling2D', {}]);
  expect(options('Normalization', { axis: [-1], mean: [[[1, 2, 3]]], variance: 4, invert: false })).toEqual([
    'Normalization',
    { axis: -1, mean: [1, 2, 3], variance: 4 },
  ]);
  const scale = { class_name: '__numpy__', config: { value: [1, 2, 3], dtype: 'float32' } };
  expect(options('Rescaling', { scale, offset: 0 })).toEqual(['Rescaling', { scale: [1, 2, 3], offset: 0 }]);
});

test('a network whose input is open is read all the same', () => {
  const open = layer2('InputLayer', 'input_1', undefined, { batch_input_shape: [16, null, null, 3] });
  const network = read(model2([open, conv2('conv', [[tensor('input_1')]])], 'conv'));
  expect(find(network, 'input_1')!.config.batch_input_shape).toEqual([null, null, null, 3]);
});

import { describe, expect, test } from 'vitest';
import { conv2, layer2, model2, pixels2, read, tensor } from './models.ts';

describe('what is not understood is named', () => {
  const oneLayer = (class_name: string, config: object = {}, options: object = {}) =>
    model2([pixels2, layer2(class_name, 'here', [[tensor('input_1', 0, options)]], config)], 'here');

  test('unknown classes are listed in one error, functions by their Python names', () => {
    const json = model2(
      [
        pixels2,
        layer2('LayerNormalization', 'ln', [[tensor('input_1')]]),
        layer2('Lambda', 'l1', [[tensor('ln')]]),
        layer2('Lambda', 'l2', [[tensor('l1')]]),
        layer2('Lambda', 'l3', [[tensor('l2')]]),
        layer2('Lambda', 'l4', [[tensor('l3')]]),
        layer2('TFOpLambda', 'mean', [tensor('l4', 0, { axis: 1 })], { function: 'math.reduce_mean' }),
      ],
      'mean',
    );
    expect(() => read(json)).toThrow(/^small\.h5: expected layers of the classes InputLayer, Conv2D, /);
    expect(() => read(json)).toThrow(
      'got LayerNormalization (ln); Lambda (l1, l2, l3, and 1 more); tf.math.reduce_mean (mean)',
    );
  });

  test.each([
    [undefined, "expected a Keras model's class_name and config; there are none"],
    [{ class_name: 'MyModel', config: {} }, 'expected a Functional or Sequential model; got MyModel'],
    [{ class_name: 'Sequential', config: { name: 's', layers: [] } }, 'expected layers in s; there are none'],
    [oneLayer('Conv2D', { data_format: 'channels_first' }), 'data_format must be channels_last; got channels_first'],
    [oneLayer('ReLU', { threshold: 1 }), 'layer here (ReLU): threshold must be 0; got 1'],
    [
      oneLayer('ReLU', { negative_slope: 0.1, max_value: 6 }),
      'expected negative_slope or max_value, not both; got 0.1 and 6',
    ],
    [oneLayer('Normalization', { invert: true }), 'layer here (Normalization): invert must be false; got true'],
    [oneLayer('BatchNormalization', {}, { training: true }), 'expected to be called for inference; got training=True'],
    [oneLayer('Activation', { activation: 'toString' }), 'activation must be one of linear, relu, '],
    [
      oneLayer('Conv2D', { activation: { class_name: 'PReLU', config: {} } }),
      'activation must be a name or a layer without variables; got PReLU',
    ],
    [model2([pixels2], 'gone'), 'expected a layer gone in model; there is none'],
    [model2([pixels2, layer2('ReLU', 'here', [[tensor('here')]])], 'here'), 'it waits for itself'],
    [model2([pixels2, layer2('ReLU', 'here', [[tensor('input_1')]])], 'here', 1), 'expected 2 calls; got 1'],
  ])('$1', (json, message) => {
    expect(() => read(json)).toThrow(message);
    expect(() => read(json)).toThrow(/^small\.h5: /);
  });

  test('several inputs or outputs', () => {
    const { config } = model2([pixels2], 'input_1');
    const two = [
      ['input_1', 0, 0],
      ['input_2', 0, 0],
    ];
    expect(() => read({ class_name: 'Functional', config: { ...config, input_layers: two } })).toThrow(
      'expected a network with one input; got 2',
    );
    expect(() =>
      read({ class_name: 'Functional', config: { ...config, output_layers: { a: two[0], b: two[1] } } }),
    ).toThrow('expected a network with one output; got 2');
  });

  test('an input that is no picture of three channels', () => {
    const grey = layer2('InputLayer', 'input_1', undefined, { batch_input_shape: [null, 28, 28, 1] });
    expect(() => read(model2([grey, conv2('conv', [[tensor('input_1')]])], 'conv'))).toThrow(
      'expected an input of height x width x 3 channels; got 28 x 28 x 1',
    );
  });

  test('shapes that do not fit', () => {
    expect(() => read(oneLayer('Reshape', { target_shape: [5] }))).toThrow(
      'layer here (Reshape): target_shape must hold',
    );
  });
});

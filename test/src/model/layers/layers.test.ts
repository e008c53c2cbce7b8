import { describe, expect, test } from 'vitest';
import { normaliseOptions } from '../../../../src/model/keras-config/options.ts';
import {
  edgesOf,
  isKnownLayer,
  layerClasses,
  maxValue,
  multiplyAddsOf,
  optionsOf,
  outputShape,
  permutation,
  samePadding,
  trainingOnly,
  variablesOf,
} from '../../../../src/model/layers/index.ts';
import type { LayerConfig } from '../../../../src/model/network.ts';
import { type LayerFacts, layerFacts } from '../keras-facts.ts';
import { layer } from '../networks.ts';

const picture = [13, 10, 4];

/** As a config that is read has it. */
function normalised({ class_name, config }: LayerFacts): LayerConfig {
  const { className, config: options } = normaliseOptions(class_name, config, class_name)!;
  return layer(String(config.name), className, [], options);
}

/** Keras 3 calls the kernel of a depthwise convolution `kernel`, Keras 2 and TF.js `depthwise_kernel`. */
function variablesIn({ class_name, variables }: LayerFacts) {
  return variables.map(([name, shape]) => ({
    name: class_name === 'DepthwiseConv2D' && name === 'kernel' ? 'depthwise_kernel' : name,
    shape,
  }));
}

describe('every class of layers', () => {
  test.each(layerFacts.map((facts) => ({ facts, name: `${facts.class_name} ${facts.config.name}` })))(
    'has the shapes and variables that Keras has: $name',
    ({ facts }) => {
      const found = normalised(facts);
      expect(outputShape(found, facts.inputs)).toEqual(facts.shape);
      expect(variablesOf(found, facts.inputs)).toEqual(variablesIn(facts));
    },
  );

  test('was held against Keras, but for the input and GeM, which is not one of its', () => {
    const held = new Set(layerFacts.map(({ class_name }) => class_name));
    expect(layerClasses.filter((name) => !held.has(name))).toEqual(['InputLayer', 'GeM']);
  });

  test('is known by its name alone', () => {
    expect(isKnownLayer('Conv2D')).toBe(true);
    expect(['toString', 'LayerNormalization', 'Dropout'].some(isKnownLayer)).toBe(false);
    expect(trainingOnly.has('Dropout')).toBe(true);
    expect(optionsOf('Permute')).toEqual(['dims']);
  });
});

test('GeM pools each channel to one number', () => {
  expect(outputShape(layer('gem', 'GeM', [], { p: 3, epsilon: 1e-6 }), [picture])).toEqual([4]);
  expect(() => outputShape(layer('gem', 'GeM', [], { p: 0 }), [picture])).toThrow(
    'layer gem (GeM): p and epsilon must be above 0; got 0 and 0.000001',
  );
});

test('multiply-adds count what each number of an output takes', () => {
  const conv = layer('c', 'Conv2D', [], { filters: 6, kernel_size: [3, 2], groups: 2 });
  expect(multiplyAddsOf(conv, [picture])).toBe(11 * 9 * (3 * 2) * 2 * 6);
  const separable = layer('s', 'SeparableConv2D', [], { filters: 5, kernel_size: 3, depth_multiplier: 2 });
  expect(multiplyAddsOf(separable, [picture])).toBe(11 * 8 * (3 * 3 * 8 + 8 * 5));
  expect(multiplyAddsOf(layer('d', 'Dense', [], { units: 5 }), [[12]])).toBe(60);
  expect(multiplyAddsOf(layer('a', 'Add'), [picture, picture])).toBe(0);
});

test.each([
  { size: 224, kernel: 3, stride: 2, dilation: 1, padding: [0, 1] },
  { size: 225, kernel: 3, stride: 2, dilation: 1, padding: [1, 1] },
  { size: 7, kernel: 5, stride: 1, dilation: 1, padding: [2, 2] },
  { size: 7, kernel: 2, stride: 1, dilation: 1, padding: [0, 1] },
  { size: 10, kernel: 3, stride: 1, dilation: 3, padding: [3, 3] },
  { size: 9, kernel: 1, stride: 2, dilation: 1, padding: [0, 0] },
])('SAME adds $padding to $size pixels for $kernel at $stride, dilated by $dilation', (given) => {
  expect(samePadding(given.size, given.kernel, given.stride, given.dilation)).toEqual(given.padding);
});

test('edges may be one number, one for each axis, or one for each edge', () => {
  const padding = (value: unknown) => edgesOf(layer('p', 'ZeroPadding2D', [], { padding: value }));
  expect(padding(2)).toEqual({ top: 2, bottom: 2, left: 2, right: 2 });
  expect(padding([1, 3])).toEqual({ top: 1, bottom: 1, left: 3, right: 3 });
  expect(
    padding([
      [1, 0],
      [0, 2],
    ]),
  ).toEqual({ top: 1, bottom: 0, left: 0, right: 2 });
  expect(() => padding([[1, 0]])).toThrow('padding must be 1, 2 or 2 x 2 whole numbers from 0; got [[1,0]]');
});

test('a ReLU without a limit has an infinite one, and Permute says where axes come from', () => {
  expect(maxValue(layer('r', 'ReLU'))).toBe(Number.POSITIVE_INFINITY);
  expect(maxValue(layer('r', 'ReLU', [], { max_value: 6 }))).toBe(6);
  expect(permutation(layer('p', 'Permute', [], { dims: [3, 1, 2] }), 3)).toEqual([2, 0, 1]);
});

describe('an option or input that does not fit is named with its layer', () => {
  test.each([
    ['Conv2D', { filters: 0, kernel_size: 3 }, [picture], 'filters must be a whole number from 1; got 0'],
    ['Conv2D', { filters: 4 }, [picture], 'kernel_size must be one or two whole numbers from 1; got undefined'],
    [
      'Conv2D',
      { filters: 4, kernel_size: 3, padding: 'causal' },
      [picture],
      'padding must be same or valid; got "causal"',
    ],
    [
      'Conv2D',
      { filters: 4, kernel_size: 3, activation: 'mish' },
      [picture],
      'activation must be one of linear, relu, ',
    ],
    [
      'Conv2D',
      { filters: 4, kernel_size: 11 },
      [picture],
      'expected an input that its window fits into, 11 x 11; got 13 x 10 x 4',
    ],
    ['Conv2D', { filters: 4, kernel_size: 3, strides: 2, dilation_rate: 2 }, [picture], 'not both; got 2,2 and 2,2'],
    ['Conv2D', { filters: 4, kernel_size: 3 }, [[12]], 'expected an input of height x width x channels; got 12'],
    ['Flatten', {}, [picture, picture], 'expected one input; got 2'],
    ['BatchNormalization', { axis: 1 }, [picture], 'axis must be the last one, -1 or 3; got 1'],
    ['Rescaling', { scale: [1, 2] }, [picture], 'scale must be a number or 4 numbers; got [1,2]'],
    ['Reshape', { target_shape: [7, -1] }, [picture], 'target_shape must hold the numbers of 13 x 10 x 4; got [7,-1]'],
    ['Cropping2D', { cropping: 5 }, [picture], 'expected an input larger than what is cut off; got 13 x 10 x 4'],
    ['UpSampling2D', { interpolation: 'area' }, [picture], 'interpolation must be nearest or bilinear; got "area"'],
    ['Add', {}, [picture, [13, 10, 3]], 'expected inputs of one shape; got 13 x 10 x 4 and 13 x 10 x 3'],
    ['Subtract', {}, [picture, picture, picture], 'expected two inputs; got 3'],
    ['Concatenate', { axis: 1 }, [picture, [13, 9, 4]], 'differ along axis 1 only; got 13 x 10 x 4 and 13 x 9 x 4'],
    ['InputLayer', { batch_input_shape: [null, null, 6, 3] }, [], 'expected an input of a known size; got ? x 6 x 3'],
    ['Lambda', {}, [picture], 'class must be one of InputLayer, '],
  ] as const)('%s %j', (className, config, inputs, message) => {
    const given = layer('here', className, [], config);
    expect(() => outputShape(given, inputs)).toThrow(`layer here (${className}): `);
    expect(() => outputShape(given, inputs)).toThrow(message);
  });
});

test('groups must divide the channels', () => {
  const conv = layer('here', 'Conv2D', [], { filters: 6, kernel_size: 3, groups: 3 });
  expect(() => variablesOf(conv, [picture])).toThrow('groups must divide 4 input channels and the filters; got 3');
});

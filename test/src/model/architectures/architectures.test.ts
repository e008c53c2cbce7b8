import { expect, test } from 'vitest';
import { architectures } from '../../../../src/model/architectures/index.ts';
import { normaliseConfig } from '../../../../src/model/keras-config.ts';
import { cutLayer } from '../../../../src/model/truncate.ts';
import { linesOf } from './lines.ts';

const all = [...architectures.values()];
const shapeAt = (name: string, size: number) =>
  linesOf(architectures.get(name)!.config({ top: false, width: size, height: size })).at(-1)!.shape;

test('the published family is known by name', () => {
  expect([...architectures.keys()].sort()).toEqual([
    'efficientnet-lite0',
    'inceptionv3',
    'mobilenet',
    'mobilenetv2',
    'resnet101',
    'resnet101v2',
    'resnet152',
    'resnet152v2',
    'resnet50',
    'resnet50v2',
    'vgg16',
    'vgg19',
  ]);
  for (const [name, architecture] of architectures) expect(architecture.name).toBe(name);
});

test('without a size, the input is the one that the published weights were trained for', () => {
  for (const { config, size } of all) {
    const [input] = config({ top: false }).config.layers;
    expect(input?.config.batch_input_shape).toEqual([null, size, size, 3]);
  }
});

test('caffe is the mode with blue first', () => {
  for (const { mode, colour } of all) expect(colour).toBe(mode === 'caffe' ? 'bgr' : 'rgb');
});

test('the least size still leaves a pixel, and one less is an error that says so', () => {
  for (const { name, minimum, config } of all) {
    expect(shapeAt(name, minimum).slice(0, 2), name).toEqual([1, 1]);
    expect(() => config({ top: false, width: minimum - 1 })).toThrow(
      `width of ${name} must be a whole number of pixels, at least ${minimum}; got ${minimum - 1}`,
    );
    expect(() => config({ top: true, height: minimum - 1 })).toThrow(`height of ${name}`);
  }
});

test.each([
  ['vgg16', { width: 224.5 }, 'width of vgg16 must be a whole number of pixels, at least 32; got 224.5'],
  ['vgg16', { alpha: 0.5 }, 'alpha of vgg16 must be 1; got 0.5'],
  ['mobilenet', { alpha: 0.03 }, 'alpha of mobilenet must be a number, at least 0.03125; got 0.03'],
  ['mobilenetv2', { alpha: Number.NaN }, 'alpha of mobilenetv2 must be a number, at least 0.03125; got NaN'],
  ['resnet50', { classes: 0 }, 'classes of resnet50 must be a whole number, at least 1; got 0'],
])('%s with %o is an error', (name, options, message) => {
  expect(() => architectures.get(name)!.config({ top: true, ...options })).toThrow(
    expect.objectContaining({ code: 'invalid_request', message }),
  );
});

test('the least alpha leaves a channel everywhere', () => {
  for (const { config, variants } of all.filter((each) => each.variants !== undefined)) {
    const lines = linesOf(config({ top: true, alpha: 1 / 32 }));
    expect(variants?.length).toBeGreaterThan(0);
    for (const { shape } of lines) expect(Math.min(...shape)).toBeGreaterThanOrEqual(1);
  }
});

test('a config is plain data, and each call writes a new one', () => {
  for (const { config } of all) {
    const one = config({ top: true });
    expect(JSON.parse(JSON.stringify(one))).toEqual(one);
    expect(config({ top: true })).toEqual(one);
    expect(config({ top: true })).not.toBe(one);
  }
});

test('without the top, a network ends where the whole one is cut', () => {
  for (const { name, config } of all) {
    const whole = normaliseConfig(config({ top: true }), name);
    expect([[cutLayer(whole), 0, 0]], name).toEqual(config({ top: false }).config.output_layers);
  }
});

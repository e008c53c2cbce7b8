import { expect, test } from 'vitest';
import { initialWeights } from '../../../src/tuning/initial-weights.ts';
import { networkOf } from '../../support/tfjs.ts';

const config = networkOf(
  [8, 8, 3],
  [
    { class_name: 'Conv2D', name: 'conv', config: { filters: 40, kernel_size: [3, 3] }, inputs: ['picture'] },
    { class_name: 'BatchNormalization', name: 'bn', config: { axis: 3 }, inputs: ['conv'] },
    { class_name: 'DepthwiseConv2D', name: 'dw', config: { kernel_size: [5, 5] }, inputs: ['bn'] },
    { class_name: 'GlobalAveragePooling2D', name: 'pool', config: {}, inputs: ['dw'] },
    { class_name: 'Dense', name: 'dense', config: { units: 60 }, inputs: ['pool'] },
  ],
);
const numbers = (seed: number, layer: string, name: string): Float32Array =>
  initialWeights(config, seed)
    .get(layer)!
    .find((variable) => variable.name === name)!.data;

test.each([
  ['conv', 'kernel', Math.sqrt(6 / (9 * (3 + 40)))],
  // Each channel by itself: 25 numbers go in, 25 come out.
  ['dw', 'depthwise_kernel', Math.sqrt(6 / 50)],
  ['dense', 'kernel', Math.sqrt(6 / 100)],
])("numbers of %s/%s lie evenly within Glorot's limit", (layer, name, limit) => {
  const values = [...numbers(1, layer, name)];
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(limit);
  const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  expect(variance / (limit * limit)).toBeCloseTo(1 / 3, 1);
});

test('scales and variances are 1, all others 0', () => {
  expect([...new Set([...numbers(1, 'bn', 'gamma'), ...numbers(1, 'bn', 'moving_variance')])]).toEqual([1]);
  const zeros = [numbers(1, 'bn', 'beta'), numbers(1, 'bn', 'moving_mean'), numbers(1, 'conv', 'bias')];
  expect(zeros.every((values) => values.every((value) => value === 0))).toBe(true);
});

test('a seed decides them, and a layer has the same whichever others are asked for', () => {
  expect(initialWeights(config, 1)).toEqual(initialWeights(config, 1));
  expect(numbers(2, 'conv', 'kernel')).not.toEqual(numbers(1, 'conv', 'kernel'));
  const some = initialWeights(config, 1, new Set(['dense']));
  expect([...some.keys()]).toEqual(['dense']);
  expect(some.get('dense')![0]!.data).toEqual(numbers(1, 'dense', 'kernel'));
});

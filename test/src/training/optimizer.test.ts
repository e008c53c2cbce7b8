import { expect, test } from 'vitest';
import type { OptimizerName } from '../../../src/head/options.ts';
import { decayed, emptySlots, optimize } from '../../../src/training/optimizer.ts';

/** One parameter after each of some steps with these gradients, from 1. */
function run(name: OptimizerName, gradients: readonly number[], lr: number): number[] {
  const parameters = [Float32Array.of(1)];
  const slots = emptySlots(name, parameters);
  return gradients.map((gradient, i) => {
    optimize(name, { parameters, gradients: [Float32Array.of(gradient)], slots }, lr, i + 1);
    return Math.round(parameters[0]![0]! * 1e5) / 1e5;
  });
}

test.each<[OptimizerName, number[]]>([
  // 1 - .1 * 2, .8 - .1 * 4, .4 + .1 * 1
  ['sgd', [0.8, 0.4, 0.5]],
  // velocities 2, 1.8 + 4, 5.22 - 1
  ['momentum', [0.8, 0.22, -0.202]],
  // squares .4, .36 + 1.6, 1.764 + .1
  ['rmsprop', [0.68377, 0.39806, 0.4713]],
  // averages .2, .58, .422 over the roots of averages .004, .019996, .020976, each made up for its zeros at first
  ['adam', [0.9, 0.80348, 0.74462]],
])('%s takes the steps that it is defined by', (name, expected) => {
  const found = run(name, [2, 4, -1], 0.1);
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 4);
});

test('parameters do not share what is kept of them', () => {
  const parameters = [Float32Array.of(1, 1), Float32Array.of(1)];
  const slots = emptySlots('adam', parameters);
  expect(slots.map(({ length }) => length)).toEqual([2, 1, 2, 1]);
  optimize('adam', { parameters, gradients: [Float32Array.of(1, 0), Float32Array.of(-3)], slots }, 0.1, 1);
  const after = parameters.map((values) => Array.from(values, (value) => Math.round(value * 1e4) / 1e4));
  expect(after).toEqual([[0.9, 1], [1.1]]);
});

test('the learning rate stays, falls to a hundredth, or falls to 0 along a cosine', () => {
  const parts = [0, 0.5, 1];
  expect(parts.map((part) => decayed('fixed', 2, part))).toEqual([2, 2, 2]);
  for (const [i, rate] of [2, 0.2, 0.02].entries()) expect(decayed('exponential', 2, parts[i]!)).toBeCloseTo(rate, 9);
  for (const [i, rate] of [2, 1, 0].entries()) expect(decayed('cosine', 2, parts[i]!)).toBeCloseTo(rate, 9);
});

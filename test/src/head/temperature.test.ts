import { expect, test } from 'vitest';
import { randomStream } from '../../../src/head/random.ts';
import { logSumExp } from '../../../src/head/scores.ts';
import { fitTemperature } from '../../../src/head/temperature.ts';

const classes = 4;

/** Pictures whose labels are as often right as the softmax of the logits says, and the logits `scale` times as large. */
function calibrated(count: number, scale: number): { logits: Float32Array; given: Uint32Array } {
  const random = randomStream(3);
  const logits = Float32Array.from({ length: count * classes }, () => 4 * random());
  const given = Uint32Array.from({ length: count }, (_, i) => {
    let left = random();
    const logSum = logSumExp(logits, i * classes, classes, 1);
    for (let c = 0; c < classes - 1; c++) {
      left -= Math.exp(logits[i * classes + c]! - logSum);
      if (left < 0) return c;
    }
    return classes - 1;
  });
  return { logits: logits.map((value) => value * scale), given };
}

test.each([0.25, 1, 5])('finds that logits are %d times what they should be', (scale) => {
  const { logits, given } = calibrated(4000, scale);
  const temperature = fitTemperature(logits, given, classes);
  expect(temperature / scale).toBeGreaterThan(0.9);
  expect(temperature / scale).toBeLessThan(1.1);
});

test('has the least log loss: a little more or less is worse', () => {
  const { logits, given } = calibrated(4000, 3);
  const loss = (temperature: number): number =>
    given.reduce((sum, label, i) => {
      const row = i * classes;
      return sum + logSumExp(logits, row, classes, 1 / temperature) - logits[row + label]! / temperature;
    }, 0);
  const found = fitTemperature(logits, given, classes);
  expect(loss(found)).toBeLessThan(loss(found * 1.05));
  expect(loss(found)).toBeLessThan(loss(found / 1.05));
});

test('three pictures that are all right make a head no surer than three pictures can', () => {
  const logits = Float32Array.of(2, 0, 0, 2, 2, 0);
  const temperature = fitTemperature(logits, Uint32Array.of(0, 1, 0), 2);
  const p = 1 / (1 + Math.exp(-2 / temperature));
  expect(p).toBeCloseTo(1 - 0.5 / 5, 6);
});

test('stays 1 without a picture, and where no logits differ', () => {
  expect(fitTemperature(new Float32Array(), new Uint32Array(), classes)).toBe(1);
  expect(fitTemperature(new Float32Array(8), Uint32Array.of(0, 1), classes)).toBe(1);
});

test('stays finite where every picture is wrong', () => {
  const temperature = fitTemperature(Float32Array.of(9, 0, 9, 0), Uint32Array.of(1, 1), 2);
  expect(temperature).toBeLessThanOrEqual(32.001);
});

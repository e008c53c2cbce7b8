import { expect, test } from 'vitest';
import { ticksOf } from '../../../../src/report/html/ticks.ts';

test.each([
  [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [0.83, 1, 5, [0.8, 0.85, 0.9, 0.95, 1]],
  [0, 0.000123, 5, [0, 0.00005, 0.0001, 0.00015]],
  [1, 30, 6, [0, 5, 10, 15, 20, 25, 30]],
  [0, 12_345, 5, [0, 5000, 10_000, 15_000]],
  [3, 3, 5, [3, 4]],
  [0, 0, 5, [0, 0.2]],
])('from %d to %d there are round values', (least, most, count, expected) => {
  expect(ticksOf(least, most, count)).toEqual(expected);
});

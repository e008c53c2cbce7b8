import { describe, expect, test } from 'vitest';
import { classesToShow, confusionsOf } from '../../../src/report/confused.ts';
import { metricsFor } from './made-report.ts';

const five = ['a', 'b', 'c', 'd', 'e'];
const metrics = metricsFor(five, [
  ...[[4, 3] as const, [4, 3] as const, [4, 3] as const, [0, 0] as const],
  ...[[1, 2] as const, [2, 1] as const, [2, 1] as const, [0, 4] as const],
]);

test('confusions come with the most frequent first, without what is right', () => {
  expect(confusionsOf(metrics)).toEqual([
    { given: 4, predicted: 3, pictures: 3 },
    { given: 2, predicted: 1, pictures: 2 },
    { given: 0, predicted: 4, pictures: 1 },
    { given: 1, predicted: 2, pictures: 1 },
  ]);
});

describe('the classes that a matrix shows', () => {
  test('are all where there is room', () => {
    expect(classesToShow(metrics, 5)).toEqual([0, 1, 2, 3, 4]);
  });

  test.each([
    [4, [1, 2, 3, 4]],
    [3, [0, 3, 4]],
    [2, [3, 4]],
  ])('are the %d that are confused most where there is not', (most, expected) => {
    expect(classesToShow(metrics, most)).toEqual(expected);
  });

  test('are none where nothing was confused', () => {
    const right = metricsFor(five, [[0, 0]]);
    expect(classesToShow(right, 4)).toEqual([]);
  });
});

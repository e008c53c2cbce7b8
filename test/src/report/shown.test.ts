import { expect, test } from 'vitest';
import { measuredOf, standardError, verdictOf } from '../../../src/report/shown.ts';
import { madeEvaluation, madeReport, unmeasured } from './made-report.ts';

const { validation } = madeEvaluation();

test('pictures for testing are told of first, then held-out ones, then the cross-validation', () => {
  const all = { test: validation, crossValidation: validation };
  expect(measuredOf(madeReport({ evaluation: all })).map(({ short }) => short)).toEqual([
    'for testing',
    'held out',
    'cross-validation',
  ]);
  expect(measuredOf(madeReport()).map(({ short }) => short)).toEqual(['held out']);
  expect(measuredOf(madeReport({ evaluation: unmeasured }))).toEqual([]);
});

test.each([
  [0.6, true, 'beaten by 10.0 points'],
  [0.7, false, 'not beaten: as good as the head'],
  [0.72, false, 'not beaten: 2.0 points better than the head'],
])('a baseline of %d against .7 is judged', (accuracy, beaten, words) => {
  const baseline = { k: 10, pictures: 10, accuracy };
  expect(verdictOf(madeReport({ evaluation: { baseline } }))).toEqual({ beaten, words });
});

test('without held-out pictures there is no verdict', () => {
  expect(verdictOf(madeReport({ evaluation: unmeasured }))).toBeNull();
});

test('the standard error is that of a rate', () => {
  expect(standardError(0.5, 100)).toBeCloseTo(0.05);
  expect(standardError(1, 100)).toBe(0);
});

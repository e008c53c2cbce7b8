import { expect, test } from 'vitest';
import { metricsOf } from '../../../src/head/metrics.ts';
import { emptyScores, type Scores } from '../../../src/head/scores.ts';

/** Of each picture the classes in order, and their probabilities. */
function scoresOf(
  rows: readonly (readonly [top: readonly number[], p: readonly number[]])[],
  given: readonly number[],
) {
  const scores: Scores = emptyScores(rows.length, rows[0]![0].length);
  for (const [i, [top, p]] of rows.entries()) {
    scores.top.set(top, i * top.length);
    scores.p.set(p, i * top.length);
    scores.loss[i] = -Math.log(p[top.indexOf(given[i]!)]!);
  }
  return scores;
}

const given = [0, 0, 0, 1, 1];
const metrics = metricsOf(
  Uint32Array.from(given),
  scoresOf(
    [
      [
        [0, 1, 2],
        [0.8, 0.1, 0.1],
      ],
      [
        [0, 1, 2],
        [0.8, 0.15, 0.05],
      ],
      [
        [1, 0, 2],
        [0.6, 0.3, 0.1],
      ],
      [
        [1, 0, 2],
        [0.9, 0.06, 0.04],
      ],
      [
        [2, 1, 0],
        [0.5, 0.4, 0.1],
      ],
    ],
    given,
  ),
  ['a', 'b', 'c'],
)!;

test('rates and the confusion matrix are as they are defined', () => {
  expect(metrics).toMatchObject({ pictures: 5, accuracy: 0.6, top5: 1 });
  expect(metrics.confusion).toEqual([
    [0, 0, 2],
    [0, 1, 1],
    [1, 1, 1],
    [1, 2, 1],
  ]);
  expect(metrics.classes).toEqual([
    { label: 'a', given: 3, predicted: 2, precision: 1, recall: 2 / 3, f1: 0.8 },
    { label: 'b', given: 2, predicted: 2, precision: 0.5, recall: 0.5, f1: 0.5 },
    { label: 'c', given: 0, predicted: 1, precision: 0, recall: null, f1: 0 },
  ]);
  expect(metrics.macroF1).toBeCloseTo(0.65, 9);
});

test('log loss is the mean of -ln p of the given label', () => {
  const expected = -[0.8, 0.8, 0.3, 0.9, 0.4].reduce((sum, p) => sum + Math.log(p), 0) / 5;
  expect(metrics.logLoss).toBeCloseTo(expected, 6);
});

test('the calibration error weighs the gap of each of fifteen bins by its pictures', () => {
  // Bins: .8 twice, both right; .6 wrong; .9 right; .5 wrong.
  expect(metrics.calibrationError).toBeCloseTo((2 * 0.2 + 0.6 + 0.1 + 0.5) / 5, 6);
});

test('a label among the five most probable counts as such, and no other does', () => {
  const rows = [0, 6].map(
    () =>
      [
        [0, 1, 2, 3, 4],
        [0.3, 0.25, 0.2, 0.15, 0.1],
      ] as const,
  );
  const scores = scoresOf(rows, [0, 0]);
  expect(metricsOf(Uint32Array.of(4, 6), scores, [...'abcdefg'])).toMatchObject({ accuracy: 0, top5: 0.5 });
});

test('no picture, no metrics', () => {
  expect(metricsOf(new Uint32Array(), emptyScores(0, 3), ['a', 'b', 'c'])).toBe(null);
});

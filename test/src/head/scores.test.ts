import { expect, test } from 'vitest';
import { balancedWeights } from '../../../src/head/class-weights.ts';
import { emptyScores, putScores, scoreLogits, takeScores } from '../../../src/head/scores.ts';
import { learnThreshold } from '../../../src/head/threshold.ts';
import { topPlaces } from '../../../src/head/top.ts';

const logits = Float32Array.of(0, Math.log(3), Math.log(4), 1000, 0, -1000);

test('scores are the softmax of the logits, most probable first', () => {
  const { width, top, p, loss } = scoreLogits(logits, Uint32Array.of(1, 2), 3, 1);
  expect([width, [...top]]).toEqual([3, [2, 1, 0, 0, 1, 2]]);
  for (const [i, expected] of [0.5, 0.375, 0.125, 1, 0, 0].entries()) expect(p[i]).toBeCloseTo(expected, 6);
  expect(loss[0]).toBeCloseTo(-Math.log(0.375), 6);
  // Its probability is 0 as far as numbers can tell, its loss still a number.
  expect(loss[1]).toBeCloseTo(2000, 3);
});

test('a temperature divides the logits', () => {
  const { p } = scoreLogits(logits.subarray(0, 3), Uint32Array.of(0), 3, 2);
  const sum = 1 + Math.sqrt(3) + 2;
  for (const [i, expected] of [2, Math.sqrt(3), 1].entries()) expect(p[i]).toBeCloseTo(expected / sum, 6);
});

test('five classes are kept of many', () => {
  const many = Float32Array.from({ length: 100 }, (_, i) => (i * 37) % 100);
  expect([...scoreLogits(many, Uint32Array.of(3), 100, 1).top]).toEqual([27, 54, 81, 8, 35]);
});

test('scores of some pictures go to their places among all and come back', () => {
  const all = emptyScores(4, 3);
  const some = scoreLogits(logits, Uint32Array.of(1, 2), 3, 1);
  putScores(all, Uint32Array.of(3, 1), some);
  expect(takeScores(all, Uint32Array.of(3, 1))).toEqual(some);
  expect([...takeScores(all, Uint32Array.of(0)).p]).toEqual([0, 0, 0]);
});

test('the largest numbers come first, equal ones by their place', () => {
  expect(topPlaces([1, 3, 2, 3, 0], 3)).toEqual([1, 3, 2]);
  expect(topPlaces([1, 3], 5)).toEqual([1, 0]);
  expect(topPlaces([9, 9, 1, 2, 9], 1, 2, 2)).toEqual([1]);
  expect(topPlaces([], 2)).toEqual([]);
});

test('the threshold keeps 19 of 20 right predictions, whatever the wrong ones are', () => {
  const count = 200;
  const scores = emptyScores(count, 2);
  for (let i = 0; i < count; i++) {
    scores.top[2 * i] = i % 2;
    scores.p[2 * i] = 0.5 + i / 1000;
  }
  // Every other picture is wrong: right ones have .5, .502, .504, ...
  const threshold = learnThreshold(new Uint32Array(count), scores);
  expect(threshold).toBeCloseTo(0.51, 5);
  expect(learnThreshold(new Uint32Array(count).fill(7), scores)).toBe(0);
  expect(learnThreshold(new Uint32Array(), emptyScores(0, 2))).toBe(0);
});

test('balanced weights let each class count the same', () => {
  expect([...balancedWeights(Uint32Array.of(0, 0, 0, 2), 3)].map((x) => Math.round(x * 1e4) / 1e4)).toEqual([
    0.6667, 0, 2,
  ]);
});

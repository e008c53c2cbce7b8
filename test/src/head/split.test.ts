import { describe, expect, test } from 'vitest';
import { permutation, randomStream } from '../../../src/head/random.ts';
import { assignFolds, type Split, type Splittable, splitPictures } from '../../../src/head/split.ts';

function pictures(
  given: readonly number[],
  o: { groups?: readonly number[]; splits?: readonly (Split | null)[] } = {},
) {
  return {
    given: Uint32Array.from(given),
    classes: Math.max(...given) + 1,
    groups: Uint32Array.from(o.groups ?? given.map((_, i) => i)),
    splits: o.splits ?? given.map(() => null),
  } satisfies Splittable;
}

const repeat = (count: number, value: number): number[] => Array.from({ length: count }, () => value);
const countOf = (from: Splittable, places: Uint32Array, c: number): number =>
  [...places].filter((i) => from.given[i] === c).length;

describe('a holdout', () => {
  test('takes the same part of each class, and differs with the seed only', () => {
    const all = pictures([...repeat(100, 0), ...repeat(50, 1), ...repeat(10, 2)]);
    const { train, validation, test: tested, drawn } = splitPictures(all, 0.2, 1);
    expect([0, 1, 2].map((c) => countOf(all, validation, c))).toEqual([20, 10, 2]);
    expect([...train, ...validation].sort((a, b) => a - b)).toEqual(Array.from(all.given, (_, i) => i));
    expect([tested.length, drawn]).toEqual([0, true]);
    expect(splitPictures(all, 0.2, 1).validation).toEqual(validation);
    expect(splitPictures(all, 0.2, 2).validation).not.toEqual(validation);
  });

  test('leaves a class a picture to train on, and takes none of a class with one', () => {
    const all = pictures([0, 1, 1, ...repeat(9, 2)]);
    const { train, validation } = splitPictures(all, 0.9, 3);
    expect([0, 1, 2].map((c) => countOf(all, train, c))).toEqual([1, 1, 1]);
    expect([0, 1, 2].map((c) => countOf(all, validation, c))).toEqual([0, 1, 8]);
  });

  test('never has near-copies on both sides, also where they were given different labels', () => {
    const random = randomStream(9);
    const given = Array.from({ length: 300 }, () => Math.floor(random() * 5));
    const groups = given.map(() => Math.floor(random() * 90));
    const all = pictures(given, { groups });
    for (let seed = 0; seed < 20; seed++) {
      const { train, validation, leaks } = splitPictures(all, 0.25, seed);
      const trained = new Set([...train].map((i) => groups[i]));
      expect([...validation].some((i) => trained.has(groups[i]))).toBe(false);
      expect(leaks).toBe(0);
      expect(validation.length).toBeGreaterThan(60);
      expect(validation.length).toBeLessThan(90);
    }
  });

  test('is empty where every class is near-copies of one picture', () => {
    const all = pictures([0, 0, 0, 1, 1, 1], { groups: [0, 0, 0, 1, 1, 1] });
    expect(splitPictures(all, 0.5, 1)).toMatchObject({ validation: new Uint32Array(), drawn: false });
  });
});

describe('splits that came with labels', () => {
  const splits: (Split | null)[] = ['train', 'validation', null, 'test', 'train', null];

  test('are honoured: nothing is drawn where pictures are given for validation, and the others are trained on', () => {
    const split = splitPictures(pictures([0, 0, 0, 1, 1, 1], { splits }), 0.5, 1);
    expect(split).toEqual({
      train: Uint32Array.of(0, 2, 4, 5),
      validation: Uint32Array.of(1),
      test: Uint32Array.of(3),
      drawn: false,
      leaks: 0,
    });
  });

  test('a test picture is never held out of training, but training pictures are', () => {
    const given = [...repeat(10, 0), ...repeat(10, 1)];
    const tested: (Split | null)[] = given.map((_, i) => (i % 5 === 0 ? 'test' : 'train'));
    const split = splitPictures(pictures(given, { splits: tested }), 0.25, 1);
    expect([...split.test]).toEqual([0, 5, 10, 15]);
    expect([split.validation.length, split.train.length, split.drawn]).toEqual([4, 12, true]);
  });

  test('draw a near-copy without a split to their side, and near-copies that they part are counted', () => {
    const groups = [0, 1, 1, 0, 4, 5];
    const split = splitPictures(pictures([0, 0, 0, 1, 1, 1], { splits, groups }), 0.5, 1);
    expect([...split.validation]).toEqual([1, 2]);
    expect(split.leaks).toBe(1);
  });
});

test('folds have as many pictures of each class as can be, and keep near-copies together', () => {
  const random = randomStream(2);
  const given = [...repeat(50, 0), ...repeat(25, 1), 2];
  const groups = given.map((_, i) => (i < 6 ? 0 : i));
  const all = pictures(given, { groups });
  const pool = permutation(given.length, random).sort();
  const folds = assignFolds(all, pool, 5, 7);
  for (let fold = 0; fold < 5; fold++) {
    const places = pool.filter((_, i) => folds[i] === fold);
    expect(countOf(all, places, 0)).toBe(10);
    expect(countOf(all, places, 1)).toBe(5);
  }
  expect(new Set(folds.slice(0, 6)).size).toBe(1);
});

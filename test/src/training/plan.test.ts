import { expect, test } from 'vitest';
import type { TrainingData } from '../../../src/head/training-data.ts';
import { planTraining } from '../../../src/training/plan.ts';
import { blobs } from '../head/blobs.ts';

/** With some splits, by the place of the picture. */
function withSplits(
  data: TrainingData,
  splits: Readonly<Record<number, 'train' | 'validation' | 'test'>>,
): TrainingData {
  return { ...data, pictures: data.pictures.map((picture, i) => ({ ...picture, split: splits[i] ?? null })) };
}

test('a plan says which picture is for what, and who is judged', () => {
  const { labels, splitting, folds, foldCount, judged, notes } = planTraining(blobs({ a: 20, b: 30 }), {});
  expect(labels).toEqual(['a', 'b']);
  expect([splitting.train.length, splitting.validation.length]).toEqual([40, 10]);
  expect([foldCount, folds.length, new Set(folds).size]).toEqual([5, 40, 5]);
  expect(judged).toHaveLength(50);
  expect(notes).toEqual([]);
});

test('a label with one picture is trained on, judged by nobody, and noted', () => {
  const { splitting, judged, notes } = planTraining(blobs({ a: 20, b: 20, single: 1 }), {});
  expect([...splitting.train]).toContain(40);
  expect([...judged]).not.toContain(40);
  expect(notes).toEqual([
    'one picture to train on, or near-copies of one, so how well it is told is not known: single',
  ]);
});

test('many such labels are named in part', () => {
  const singles = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`s${i}`, 1]));
  const { notes } = planTraining(blobs({ a: 20, b: 20, ...singles }), {});
  expect(notes[0]).toMatch(/: s0, s1, s2, s3, s4, … \(9 in all\)$/);
});

test('two pictures of two labels are enough, with nothing to measure', () => {
  const { splitting, foldCount, judged, notes } = planTraining(blobs({ a: 1, b: 1 }), {});
  expect([splitting.train.length, foldCount, judged.length]).toEqual([2, 2, 0]);
  expect(notes).toHaveLength(2);
});

test('splits that leave one label to train on are refused', () => {
  const data = withSplits(blobs({ a: 3, b: 2 }), { 3: 'test', 4: 'validation' });
  expect(() => planTraining(data, {})).toThrow(
    expect.objectContaining({
      code: 'training_data_invalid',
      message: 'at least two labels must have a picture to train on: the splits leave fewer of them in train',
    }),
  );
});

test('a label that only testing has is noted, and so are near-copies on both sides', () => {
  const data = withSplits(blobs({ a: 5, b: 5, c: 1 }), { 0: 'validation', 10: 'test' });
  const pictures = data.pictures.map((picture, i) =>
    i === 0 ? { ...picture, phash: data.pictures[1]!.phash } : picture,
  );
  const given = pictures.map((picture, i) => (i === 1 ? { ...picture, split: 'train' as const } : picture));
  expect(planTraining({ ...data, pictures: given }, {}).notes).toEqual([
    'no picture to train on, so it cannot be told: c',
    'near-copies of training pictures among those given for validation or testing: 1; what is measured on them is too good',
  ]);
});

test('nothing held out is noted', () => {
  expect(planTraining(blobs({ a: 9, b: 9 }), { holdout: 0 }).notes).toEqual([
    'nothing is held out: probabilities are not calibrated, and no picture is unknown',
  ]);
});

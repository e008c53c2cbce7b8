import { expect, test } from 'vitest';
import { findMislabelled } from '../../../src/head/mislabelled.ts';
import { emptyScores, putScores, scoreLogits } from '../../../src/head/scores.ts';

/** Of each picture the probabilities of all classes. */
function scoresOf(rows: readonly (readonly number[])[], given: readonly number[]) {
  const classes = rows[0]!.length;
  const scores = emptyScores(rows.length, classes);
  const places = Uint32Array.from(rows, (_, i) => i);
  const logits = Float32Array.from(rows.flat(), Math.log);
  putScores(scores, places, scoreLogits(logits, Uint32Array.from(given), classes, 1));
  return { scores, given: Uint32Array.from(given), judged: places };
}

test('a class is believed where it is as probable as it usually is of its own pictures', () => {
  const { scores, given, judged } = scoresOf(
    [
      [0.9, 0.05, 0.05],
      [0.9, 0.05, 0.05],
      // Class 1 is never told with much confidence: .5 and .4 are usual.
      [0.3, 0.5, 0.2],
      [0.35, 0.4, 0.25],
      // Given 0: class 1 at .46 is more than usual, and so is suspect.
      [0.44, 0.46, 0.1],
      // Given 1: class 0 at .6 is less than is usual of its own.
      [0.6, 0.3, 0.1],
      // Given 1, and surely 0.
      [0.97, 0.02, 0.01],
    ],
    [0, 0, 1, 1, 0, 1, 1],
  );
  const suspects = findMislabelled(given, scores, { judged, classes: 3 });
  expect(suspects).toEqual([
    { picture: 6, given: 1, suggested: 0, pGiven: expect.closeTo(0.02, 5), pSuggested: expect.closeTo(0.97, 5) },
    { picture: 4, given: 0, suggested: 1, pGiven: expect.closeTo(0.44, 5), pSuggested: expect.closeTo(0.46, 5) },
  ]);
});

test('pictures that nobody judged are never suspect', () => {
  const { scores, given } = scoresOf(
    [
      [0.9, 0.1],
      [0.9, 0.1],
      [0.1, 0.9],
      [0.9, 0.1],
    ],
    [0, 0, 1, 1],
  );
  const all = findMislabelled(given, scores, { judged: Uint32Array.of(0, 1, 2, 3), classes: 2 });
  expect(all.map(({ picture }) => picture)).toEqual([3]);
  expect(findMislabelled(given, scores, { judged: Uint32Array.of(0, 1, 2), classes: 2 })).toEqual([]);
});

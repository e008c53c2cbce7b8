import { describe, expect, test } from 'vitest';
import { predict, requireSpace } from '../../../src/head/predict.ts';
import { randomStream } from '../../../src/head/random.ts';
import { denseLayer, headOf } from './blobs.ts';

const linear = headOf(
  [
    denseLayer(
      [
        [1, 0],
        [0, 1],
        [0, 0],
      ],
      [0, 0, Math.log(2)],
    ),
  ],
  { labels: ['x', 'y', 'rest'] },
);

test('a linear head gives the softmax of its numbers, most probable first', () => {
  const [one, two] = predict(linear, Float32Array.of(Math.log(5), 0, 0, 0), { top: 3 });
  expect(one).toEqual({
    label: 'x',
    scores: [
      { label: 'x', p: 0.625 },
      { label: 'rest', p: 0.25 },
      { label: 'y', p: 0.125 },
    ],
  });
  expect(two?.scores).toEqual([
    { label: 'rest', p: 0.5 },
    { label: 'x', p: 0.25 },
    { label: 'y', p: 0.25 },
  ]);
});

test('the temperature makes it less sure, and a picture is unknown where nothing reaches the threshold', () => {
  const unsure = { ...linear, temperature: 2, threshold: 0.5 };
  const [known, unknown] = predict(unsure, Float32Array.of(Math.log(64), 0, Math.log(4), 0));
  expect(known).toEqual({ label: 'x', scores: [{ label: 'x', p: 0.768181 }] });
  expect(unknown).toEqual({ label: null, scores: [{ label: 'x', p: 0.453082 }] });
  expect(predict({ ...unsure, threshold: 0.453082 }, Float32Array.of(Math.log(4), 0))[0]?.label).toBe('x');
});

test('a hidden layer passes on what is above 0', () => {
  const mlp = headOf([
    denseLayer(
      [
        [1, 0],
        [-1, 0],
      ],
      [0, 0.5],
    ),
    denseLayer(
      [
        [1, 0],
        [0, 1],
      ],
      [0, 0],
    ),
  ]);
  const ratios = predict(mlp, Float32Array.of(2, 9, -2, 9), { top: 2 }).map(({ scores }) => [
    scores[0]!.label,
    Math.log(scores[0]!.p / scores[1]!.p),
  ]);
  expect(ratios[0]).toEqual(['label 0', expect.closeTo(2, 4)]);
  expect(ratios[1]).toEqual(['label 1', expect.closeTo(2.5, 4)]);
});

test.each([1, 2, 3, 63, 64, 65, 130])('%d pictures: the same as one after the other', (count) => {
  const random = randomStream(4);
  const numbers = (length: number): number[] => Array.from({ length }, () => 4 * random() - 2);
  const rows = (outputs: number, inputs: number): number[][] => Array.from({ length: outputs }, () => numbers(inputs));
  const mlp = headOf([denseLayer(rows(7, 5), numbers(7)), denseLayer(rows(3, 7), numbers(3))]);
  const embeddings = Float32Array.from(numbers(count * 5));
  const alone = Array.from(
    { length: count },
    (_, i) => predict(mlp, embeddings.slice(5 * i, 5 * i + 5), { top: 3 })[0],
  );
  expect(predict(mlp, embeddings, { top: 3 })).toEqual(alone);
  expect(new Set(alone.map((prediction) => prediction?.scores[0]?.p)).size).toBeGreaterThan(0.9 * count);
});

test('nothing is said of no picture, and an embedding of zeros is one like any other', () => {
  expect(predict(linear, new Float32Array())).toEqual([]);
  expect(predict(linear, new Float32Array(2))[0]?.scores[0]).toEqual({ label: 'rest', p: 0.5 });
});

describe('what is no embedding is refused', () => {
  test.each([
    ['numbers of half an embedding', Float32Array.of(1, 2, 3), 'embeddings must have 2 numbers each; got 3 numbers'],
    ['not a number', Float32Array.of(1, 2, Number.NaN, 1), 'embedding 1 must be finite numbers'],
    ['infinite', Float32Array.of(Number.NEGATIVE_INFINITY, 0), 'embedding 0 must be finite numbers'],
  ])('%s', (_title, embeddings, message) => {
    expect(() => predict(linear, embeddings)).toThrow(expect.objectContaining({ code: 'invalid_request', message }));
  });

  test('of another space', () => {
    expect(() => requireSpace(linear, linear.space)).not.toThrow();
    expect(() => requireSpace(linear, 'ffff')).toThrow(
      expect.objectContaining({
        code: 'other_space',
        message: 'a head is for the space it was trained in, 0123456789abcdef; got ffff',
      }),
    );
  });
});

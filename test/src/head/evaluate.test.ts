import { expect, test } from 'vitest';
import { evaluateHead } from '../../../src/head/evaluate.ts';
import { denseLayer, headOf } from './blobs.ts';

const head = headOf(
  [
    denseLayer(
      [
        [1, 0],
        [0, 1],
      ],
      [0, 0],
    ),
  ],
  { labels: ['cat', 'dog'], temperature: 0.5 },
);

test('a head is asked about pictures, and labels that it does not know are left out and named', () => {
  const embeddings = Float32Array.of(1, 0, 0, 1, 1, 0, 0, 1, 0, 1);
  const { metrics, scores, unknown } = evaluateHead(head, embeddings, ['cat', 'cat', 'owl', 'dog', 'owl']);
  expect(metrics).toMatchObject({
    pictures: 3,
    accuracy: 2 / 3,
    confusion: [
      [0, 0, 1],
      [0, 1, 1],
      [1, 1, 1],
    ],
  });
  expect(unknown).toEqual([{ label: 'owl', pictures: 2 }]);
  expect([...scores.top].filter((_, i) => i % 2 === 0)).toEqual([0, 1, 0, 1, 1]);
  expect(scores.p[0]).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
});

test('where it knows no label there are no metrics', () => {
  expect(evaluateHead(head, Float32Array.of(1, 0), ['owl']).metrics).toBe(null);
});

import { expect, test } from 'vitest';
import { nextToLabel } from '../../../src/head/next-to-label.ts';
import { denseLayer, headOf, unit } from './blobs.ts';

const head = headOf([
  denseLayer(
    [
      [1, 0, 0],
      [0, 1, 0],
    ],
    [0, 0],
  ),
]);
const rows = [
  [1, 0, 0],
  [1, 0.9, 0],
  // Between the two classes, and a near-copy of it.
  [1, 1, 0],
  [1, 1.001, 0],
  // As uncertain, and unlike them.
  [0, 0, 1],
  [0.2, 1, 0],
];
const embeddings = Float32Array.from(rows.flatMap((row) => [...unit(Float32Array.from(row))]));

test('uncertain pictures come first, a near-copy of a chosen one last among them', () => {
  const chosen = nextToLabel(head, embeddings, { count: 6 }).map(({ picture }) => picture);
  expect(chosen.slice(0, 2)).toEqual([2, 4]);
  expect(chosen.at(-1)).toBe(3);
  expect(new Set(chosen).size).toBe(6);
});

test('the uncertainty is one less the margin, or the entropy', () => {
  const [margin] = nextToLabel(head, embeddings.subarray(0, 3), { count: 1 });
  const p = 1 / (1 + Math.exp(-1));
  expect(margin?.uncertainty).toBeCloseTo(1 - (2 * p - 1), 6);
  const [entropy] = nextToLabel(head, embeddings.subarray(0, 3), { count: 1, by: 'entropy' });
  expect(entropy?.uncertainty).toBeCloseTo(-(p * Math.log2(p) + (1 - p) * Math.log2(1 - p)), 6);
});

test('no more are chosen than there are, and copies of one picture only when nothing else is left', () => {
  const copies = Float32Array.from(Array.from({ length: 20 }, () => [0.6, 0.8, 0]).flat());
  expect(nextToLabel(head, copies, { count: 30 })).toHaveLength(20);
  expect(nextToLabel(head, new Float32Array(), { count: 3 })).toEqual([]);
});

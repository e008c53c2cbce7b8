import { expect, test } from 'vitest';
import { knnBaseline } from '../../../src/head/knn.ts';
import { randomStream } from '../../../src/head/random.ts';
import { multiply } from './multiply.ts';

const embeddings = (rows: readonly (readonly number[])[], given: readonly number[]) => ({
  vectors: Float32Array.from(rows.flat()),
  dim: rows[0]!.length,
  given: Uint32Array.from(given),
});

test('neighbours are by cosine, whatever the lengths; with as many votes the nearer ones win', () => {
  const data = embeddings(
    [
      [5, 0],
      [0, 0.1],
      // Nearer to the first: right. Nearer to the second, and given as the first: wrong.
      [0.1, 0.05],
      [1, 9],
      // Like nothing: no neighbour is nearer, so the first one wins.
      [0, 0],
    ],
    [0, 1, 0, 0, 0],
  );
  const places = { train: Uint32Array.of(0, 1), asked: Uint32Array.of(2, 3, 4) };
  expect(knnBaseline(data, places, multiply)).toEqual({ k: 2, pictures: 3, accuracy: 2 / 3 });
});

test('the ten nearest vote, also over more pictures than are compared at once', () => {
  const random = randomStream(3);
  const [count, dim] = [2500, 6];
  const rows = Array.from({ length: count }, () => Array.from({ length: dim }, () => random() - 0.5));
  const given = rows.map((row) => (row[0]! + random() > 0.5 ? 1 : 0));
  const data = embeddings(rows, given);
  const train = Uint32Array.from({ length: count - 50 }, (_, i) => i);
  const asked = Uint32Array.from({ length: 50 }, (_, i) => count - 50 + i);
  const cosine = (a: number[], b: number[]): number =>
    a.reduce((sum, value, j) => sum + value * b[j]!, 0) / Math.hypot(...a) / Math.hypot(...b);
  const right = [...asked].filter((i) => {
    const nearest = [...train]
      .map((j) => ({ label: given[j]!, near: cosine(rows[j]!, rows[i]!) }))
      .sort((a, b) => b.near - a.near)
      .slice(0, 10);
    const worth = (label: number): number =>
      nearest.reduce((sum, one) => sum + (one.label === label ? 100 + one.near : 0), 0);
    return Number(worth(1) > worth(0)) === given[i];
  });
  expect(knnBaseline(data, { train, asked }, multiply)).toEqual({ k: 10, pictures: 50, accuracy: right.length / 50 });
  expect(right.length).toBeLessThan(50);
});

test('without a picture to ask about there is no baseline', () => {
  const data = embeddings([[1, 0]], [0]);
  expect(knnBaseline(data, { train: Uint32Array.of(0), asked: new Uint32Array() }, multiply)).toBe(null);
});

import { expect, test } from 'vitest';
import { permutation, randomStream } from '../../../src/head/random.ts';

const take = (random: () => number, count: number): number[] => Array.from({ length: count }, random);

test('a key decides the numbers, and every part of it counts', () => {
  const numbers = take(randomStream(123, 4, 5), 50);
  expect(take(randomStream(123, 4, 5), 50)).toEqual(numbers);
  for (const other of [
    [124, 4, 5],
    [123, 5, 4],
    [123, 4],
    [123, 4, 5, 0],
  ]) {
    expect(take(randomStream(...other), 50)).not.toEqual(numbers);
  }
});

test('the numbers are the same on every machine', () => {
  expect(take(randomStream(123), 3).map((x) => Math.round(x * 2 ** 32))).toEqual([1745399200, 471116079, 402419373]);
});

test('the numbers are spread evenly from 0 to below 1', () => {
  const bins = new Uint32Array(10);
  for (const x of take(randomStream(1), 10_000)) {
    expect(x >= 0 && x < 1).toBe(true);
    bins[Math.floor(x * 10)]!++;
  }
  for (const count of bins) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('a permutation has every place once, in another order for another stream', () => {
  const order = permutation(100, randomStream(1));
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(permutation(100, randomStream(2))).not.toEqual(order);
  expect(permutation(0, randomStream(1))).toEqual(new Uint32Array());
});

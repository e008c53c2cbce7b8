import { expect, test } from 'vitest';
import {
  type AugmentOptions,
  augment,
  augmentationStream,
  augmentInto,
  type ResolvedAugmentation,
  resolveAugmentation,
} from '../../../../src/tuning/augment/index.ts';
import { moved, noise } from './noise.ts';

const resolve = (o: AugmentOptions): ResolvedAugmentation => resolveAugmentation(o)!;
const all = resolve({
  flip: 'both',
  rotation: 20,
  zoom: 0.2,
  shear: 10,
  shift: 0.1,
  brightness: 0.2,
  contrast: 0.2,
  crop: 0.6,
});

test('a flip gives the picture or its mirror image, exactly', () => {
  const picture = noise(24, 16);
  const mirrored = moved(picture, (x, y) => [23 - x, y]);
  const flip = resolve({ flip: 'horizontal' });
  const shown = Array.from({ length: 10 }, (_, i) => augment(picture, flip, augmentationStream(1, i, 0)));
  for (const one of shown) expect([picture, mirrored]).toContainEqual(one);
  expect(shown).toContainEqual(picture);
  expect(shown).toContainEqual(mirrored);
});

test('the picture itself stays as it was', () => {
  const picture = noise(24, 16);
  augment(picture, all, augmentationStream(1, 2, 3));
  expect(picture).toEqual(noise(24, 16));
});

test('brightness adds one number to all, and clips', () => {
  const picture = noise(24, 16);
  const { data } = augment(picture, resolve({ brightness: 0.4 }), constant(0.75));
  expect(data).toEqual(picture.data.map((value) => Math.min(255, value + 51)));
  const darker = augment(picture, resolve({ brightness: 0.4 }), constant(0.25));
  expect(darker.data).toEqual(picture.data.map((value) => Math.max(0, value - 51)));
});

test("contrast multiplies distances from each channel's mean, and clips", () => {
  const picture = noise(24, 16);
  const means = [0, 1, 2].map(
    (channel) => picture.data.filter((_, i) => i % 3 === channel).reduce((sum, value) => sum + value, 0) / (24 * 16),
  );
  for (const [drawn, factor] of [
    [0.75, 1.4],
    [0.25, 0.6],
  ] as const) {
    const { data } = augment(picture, resolve({ contrast: 0.8 }), constant(drawn));
    const expected = picture.data.map((value, i) => {
      const mean = means[i % 3]!;
      return Math.round(Math.min(255, Math.max(0, (value - mean) * factor + mean)));
    });
    expect(data).toEqual(expected);
  }
});

test('the same seed, pass and picture give the same pixels; another of any of them gives others', () => {
  const picture = noise(24, 16);
  const shown = (...key: [number, number, number]) => augment(picture, all, augmentationStream(...key));
  expect(shown(1, 2, 3)).toEqual(shown(1, 2, 3));
  for (const other of [shown(4, 2, 3), shown(1, 4, 3), shown(1, 2, 4)]) expect(other).not.toEqual(shown(1, 2, 3));
});

test('in a batch each picture is what it is by itself, and nothing is written beside it', () => {
  const picture = noise(24, 16);
  const size = picture.data.length;
  const batch = new Uint8Array(size * 3).fill(7);
  augmentInto(batch, size, picture, all, augmentationStream(1, 2, 3));
  expect(batch.subarray(size, 2 * size)).toEqual(augment(picture, all, augmentationStream(1, 2, 3)).data);
  expect([...batch.subarray(0, size), ...batch.subarray(2 * size)].every((value) => value === 7)).toBe(true);
});

/** A "random" number that is always the same. */
function constant(value: number): () => number {
  return () => value;
}

import { readFileSync } from 'node:fs';
import type { Pixels } from '../../../src/types.ts';

const folder = new URL('../../fixtures/images/', import.meta.url);

/** A picture that test/fixtures/make-images.py drew. */
export function fixture(name: string): Buffer {
  return readFileSync(new URL(name, folder));
}

/** Red, green and blue at fractions of the width and height. */
export function colourAt({ data, width, height }: Pixels, x: number, y: number): number[] {
  const at = (Math.floor(y * height) * width + Math.floor(x * width)) * 3;
  return [...data.subarray(at, at + 3)];
}

/** The colours of quadrants(): top left, top right, bottom left, bottom right. */
export const quadrantColours = [
  [200, 30, 30],
  [30, 170, 30],
  [30, 30, 200],
  [220, 210, 40],
];

export function quadrantsOf(pixels: Pixels): number[][] {
  return [
    colourAt(pixels, 0.25, 0.25),
    colourAt(pixels, 0.75, 0.25),
    colourAt(pixels, 0.25, 0.75),
    colourAt(pixels, 0.75, 0.75),
  ];
}

/** The largest difference of any number in two equally long lists (of lists). */
export function distance(
  a: readonly (number | readonly number[])[],
  b: readonly (number | readonly number[])[],
): number {
  const [left, right] = [a.flat(), b.flat()];
  if (left.length !== right.length) return Number.POSITIVE_INFINITY;
  return left.reduce((most, value, i) => Math.max(most, Math.abs(value - right[i]!)), 0);
}

import { expect, test } from 'vitest';
import { toAffine } from '../../../../src/tuning/augment/affine.ts';
import { sampleInto } from '../../../../src/tuning/augment/sample.ts';
import type { Variation } from '../../../../src/tuning/augment/variation.ts';
import type { Pixels } from '../../../../src/types.ts';
import { moved, noise } from './noise.ts';

const still: Variation = {
  flipX: false,
  flipY: false,
  angle: 0,
  zoom: 1,
  shear: 0,
  shiftX: 0,
  shiftY: 0,
  crop: { x: 0, y: 0, w: 1, h: 1 },
  contrast: 1,
  brightness: 0,
};

function vary(pixels: Pixels, how: Partial<Variation>): Pixels {
  const { width, height } = pixels;
  const data = new Uint8Array(pixels.data.length);
  sampleInto(data, 0, pixels, toAffine({ ...still, ...how }, width, height));
  return { data, width, height };
}

/** Grey from a function of the place. */
function drawn(width: number, height: number, value: (x: number, y: number) => number): Pixels {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const place = Math.floor(i / 3);
    return value(place % width, Math.floor(place / width));
  });
  return { data, width, height };
}

test('moves nothing where nothing is asked for', () => {
  const picture = noise(20, 13);
  expect(vary(picture, {})).toEqual(picture);
});

test.each([
  ['an even', 16],
  ['an odd', 15],
])('turns a square of %s side by quarters without changing a number', (_, side) => {
  const picture = noise(side, side);
  const last = side - 1;
  expect(vary(picture, { angle: Math.PI / 2 })).toEqual(moved(picture, (x, y) => [last - y, x]));
  expect(vary(picture, { angle: Math.PI })).toEqual(moved(picture, (x, y) => [last - x, last - y]));
  expect(vary(picture, { angle: -Math.PI / 2 })).toEqual(moved(picture, (x, y) => [y, last - x]));
});

test('turns by a half what is not square', () => {
  const picture = noise(20, 13);
  expect(vary(picture, { angle: Math.PI })).toEqual(moved(picture, (x, y) => [19 - x, 12 - y]));
});

test('a quarter turn of what is not square goes on mirrored beyond its edges', () => {
  const picture = noise(6, 4);
  const mirrored = (i: number, length: number) => (i < 0 ? -1 - i : i >= length ? 2 * length - 1 - i : i);
  // Centres at (2.5, 1.5).
  expect(vary(picture, { angle: Math.PI / 2 })).toEqual(
    moved(picture, (x, y) => [mirrored(4 - y, 6), mirrored(x - 1, 4)]),
  );
});

test('flips without changing a number', () => {
  const picture = noise(20, 13);
  expect(vary(picture, { flipX: true })).toEqual(moved(picture, (x, y) => [19 - x, y]));
  expect(vary(picture, { flipY: true })).toEqual(moved(picture, (x, y) => [x, 12 - y]));
});

test('shifts by whole pixels without changing a number, to the right and downwards, and mirrors what comes in', () => {
  const picture = noise(20, 10);
  expect(vary(picture, { shiftX: 3 / 20, shiftY: -2 / 10 })).toEqual(
    moved(picture, (x, y) => [x < 3 ? 2 - x : x - 3, y < 8 ? y + 2 : 17 - y]),
  );
});

test('a shift by the whole size shows the mirrored picture', () => {
  const picture = noise(20, 10);
  expect(vary(picture, { shiftX: 1 })).toEqual(moved(picture, (x, y) => [19 - x, y]));
});

test('takes what lies between pixels from the four around it, by nearness', () => {
  const slope = drawn(40, 40, (x, y) => 2 * x + 3 * y);
  const { data } = vary(slope, { shiftX: -0.25 / 40, shiftY: -0.5 / 40 });
  // 2 * .25 + 3 * .5
  expect(data[(20 * 40 + 10) * 3]).toBe(2 * 10 + 3 * 20 + 2);
});

test('zooms about the centre', () => {
  // Exact at whole pixels: 41 pixels, the centre at 20.
  const slope = drawn(41, 41, (x, y) => 3 * x + y);
  const { data } = vary(slope, { zoom: 0.5 });
  expect(data[(20 * 41 + 20) * 3]).toBe(80);
  expect(data[(40 * 41 + 0) * 3]).toBe(3 * 10 + 30);
});

test('shears rows along themselves: the middle one stays', () => {
  const picture = noise(21, 21);
  const { data } = vary(picture, { shear: 1 });
  const rowOf = (pixels: Uint8Array, y: number, from: number, to: number) =>
    pixels.subarray((y * 21 + from) * 3, (y * 21 + to) * 3);
  expect(rowOf(data, 10, 0, 21)).toEqual(rowOf(picture.data, 10, 0, 21));
  expect(rowOf(data, 13, 0, 18)).toEqual(rowOf(picture.data, 13, 3, 21));
});

test('brings a crop to the size of the picture', () => {
  // Crops of half the size: pixels of the target lie at quarters.
  const slope = drawn(40, 40, (x, y) => 4 * x + 2 * y);
  const { data } = vary(slope, { crop: { x: 0.25, y: 0.5, w: 0.5, h: 0.5 } });
  const at = (x: number, y: number) => data[(y * 40 + x) * 3];
  // (x + .5) / 2 + 10 - .5, and the same with 20 for y
  expect(at(2, 2)).toBe(Math.round(4 * 10.75 + 2 * 20.75));
  expect(at(30, 10)).toBe(Math.round(4 * 24.75 + 2 * 24.75));
});

test('a picture of one pixel stays what it is', () => {
  const dot = noise(1, 1);
  expect(vary(dot, { angle: 1, zoom: 1.5, shiftX: 0.7 })).toEqual(dot);
});

import { expect, test } from 'vitest';
import { augmentationStream, type ResolvedAugmentation } from '../../../../src/tuning/augment/index.ts';
import { drawVariation } from '../../../../src/tuning/augment/variation.ts';

const none: ResolvedAugmentation = {
  flip: null,
  rotation: 0,
  zoom: 0,
  shear: 0,
  shift: 0,
  brightness: 0,
  contrast: 0,
  crop: 1,
};
const draw = (o: Partial<ResolvedAugmentation>, count = 1000) =>
  Array.from({ length: count }, (_, i) => drawVariation({ ...none, ...o }, augmentationStream(7, 0, i)));

/** Least and most of a list. */
const range = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const;

test('nothing changes where nothing is asked for', () => {
  for (const variation of draw({}, 20)) {
    expect(variation).toEqual({
      flipX: false,
      flipY: false,
      angle: expect.closeTo(0, 12),
      zoom: 1,
      shear: expect.closeTo(0, 12),
      shiftX: expect.closeTo(0, 12),
      shiftY: expect.closeTo(0, 12),
      crop: { x: 0, y: 0, w: 1, h: 1 },
      contrast: 1,
      brightness: expect.closeTo(0, 12),
    });
  }
});

test('draws from the whole of each range, and from nothing else', () => {
  const drawn = draw({ rotation: 90, zoom: 0.5, shear: 45, shift: 0.1, brightness: 0.2, contrast: 0.3 });
  const expected = {
    angle: [-Math.PI / 2, Math.PI / 2],
    zoom: [0.5, 1.5],
    shear: [-1, 1],
    shiftX: [-0.1, 0.1],
    shiftY: [-0.1, 0.1],
    brightness: [-51, 51],
    contrast: [0.7, 1.3],
  } as const;
  for (const [name, [least, most]] of Object.entries(expected)) {
    const [low, high] = range(drawn.map((variation) => variation[name as keyof typeof expected]));
    const width = most - least;
    expect(low, name).toBeGreaterThanOrEqual(least);
    expect(low, name).toBeLessThan(least + width / 50);
    expect(high, name).toBeLessThanOrEqual(most);
    expect(high, name).toBeGreaterThan(most - width / 50);
  }
});

test('flips in the named directions, in half of the cases', () => {
  const counts = (flip: 'horizontal' | 'vertical' | 'both') => {
    const drawn = draw({ flip });
    return [drawn.filter(({ flipX }) => flipX).length, drawn.filter(({ flipY }) => flipY).length];
  };
  expect(counts('horizontal')).toEqual([expect.closeTo(500, -2), 0]);
  expect(counts('vertical')).toEqual([0, expect.closeTo(500, -2)]);
  expect(counts('both')).toEqual([expect.closeTo(500, -2), expect.closeTo(500, -2)]);
});

test('crops lie in the picture, keep the least part of its area and an aspect near to its own', () => {
  const crops = draw({ crop: 0.3 }).map(({ crop }) => crop);
  for (const { x, y, w, h } of crops) {
    for (const edge of [x, y, x + w, y + h]) expect(edge >= 0 && edge <= 1 + 1e-12).toBe(true);
    expect(w * h).toBeGreaterThanOrEqual(0.3 - 1e-12);
    expect(w / h).toBeGreaterThan(0.749);
    expect(w / h).toBeLessThan(1.334);
  }
  const [smallest, largest] = range(crops.map(({ w, h }) => w * h));
  expect(smallest).toBeLessThan(0.31);
  expect(largest).toBeGreaterThan(0.99);
});

test('one option more leaves what the others do as it was', () => {
  const [before] = draw({ rotation: 20, brightness: 0.2 }, 1);
  const [after] = draw({ rotation: 20, brightness: 0.2, flip: 'both', crop: 0.2, zoom: 0.1 }, 1);
  expect(after).toMatchObject({ angle: before!.angle, brightness: before!.brightness });
});

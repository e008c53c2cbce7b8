import { beforeAll, describe, expect, test } from 'vitest';
import { decodePicture } from '../../../src/image/index.ts';
import { type Box, resample } from '../../../src/image/resample.ts';
import type { Pixels } from '../../../src/types.ts';
import { fixture } from './fixture.ts';

/** Parts of the sheets that make-images.py has Pillow draw, one under another. */
const parts: [string, width: number, height: number, Box?][] = [
  ['shrunk', 16, 11],
  ['enlarged', 50, 40],
  ['made narrower and higher', 16, 40],
  ['cut between pixels', 20, 20, { left: 4.25, top: 2.5, right: 32.75, bottom: 26.5 }],
];

describe.each(['nearest', 'bilinear', 'cubic', 'lanczos', 'box'] as const)('resample with %s', (kernel) => {
  let noise: Pixels;
  let sheet: Pixels;
  beforeAll(async () => {
    noise = (await decodePicture(fixture('noise.png'))).whole;
    sheet = (await decodePicture(fixture(`noise-${kernel}.png`))).whole;
  });

  test.each(parts.map((part, i) => [...part.slice(0, 1), i] as [string, number]))(
    "gives Pillow's pixels, %s",
    (_, i) => {
      const [, width, height, box = { left: 0, top: 0, right: noise.width, bottom: noise.height }] = parts[i]!;
      const top = parts.slice(0, i).reduce((sum, part) => sum + part[2], 0);
      const { data } = resample(noise, box, width, height, kernel);
      expect(data).toHaveLength(width * height * 3);
      let most = 0;
      let different = 0;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width * 3; x++) {
          const off = Math.abs(data[y * width * 3 + x]! - sheet.data[(top + y) * sheet.width * 3 + x]!);
          most = Math.max(most, off);
          if (off > 0) different++;
        }
      }
      // Weights that end in exactly one half may round the other way.
      expect(most).toBeLessThanOrEqual(1);
      expect(different).toBeLessThanOrEqual(data.length / 500);
    },
  );
});

describe('resample', () => {
  const whole = ({ width, height }: Pixels): Box => ({ left: 0, top: 0, right: width, bottom: height });

  test('leaves a picture of the wanted size as it is', async () => {
    const { whole: noise } = await decodePicture(fixture('noise.png'));
    expect(resample(noise, whole(noise), noise.width, noise.height, 'cubic').data).toEqual(noise.data);
  });

  test('enlarges a single pixel', () => {
    const pixel = { data: Uint8Array.of(10, 200, 30), width: 1, height: 1 };
    const { data } = resample(pixel, whole(pixel), 3, 2, 'lanczos');
    expect([...data]).toEqual(Array.from({ length: 6 }, () => [10, 200, 30]).flat());
  });

  test('reads a picture that is larger than what is copied at a time', () => {
    const [width, height] = [3000, 500];
    const data = new Uint8Array(width * height * 3);
    for (let y = 0; y < height; y++) data.fill(y >> 1, y * width * 3, (y + 1) * width * 3);
    const { data: column } = resample(
      { data, width, height },
      { left: 0, top: 0, right: width, bottom: height },
      1,
      250,
      'box',
    );
    expect([...column]).toEqual(Array.from({ length: 250 }, (_, y) => [y, y, y]).flat());
  });

  test('gives pixels of its own: a later call leaves them alone', async () => {
    const { whole: noise } = await decodePicture(fixture('noise.png'));
    const first = resample(noise, whole(noise), 16, 16, 'cubic');
    const copy = first.data.slice();
    resample(first, whole(first), 16, 16, 'nearest');
    resample(noise, { left: 3, top: 3, right: 9, bottom: 9 }, 16, 16, 'box');
    expect(first.data).toEqual(copy);
  });
});

import { describe, expect, test } from 'vitest';
import { decodePicture, makeThumbnail } from '../../../src/image/index.ts';
import { colourAt, distance, fixture, quadrantColours, quadrantsOf } from './fixture.ts';

describe('makeThumbnail', () => {
  test.each(['orientation-6.jpg', 'rotated.heic', 'quadrants.tif', 'palette.bmp', 'quadrants.avif'])(
    'makes an upright JPEG of %s whose longer side is the edge',
    async (name) => {
      const { kind, width, height, pixels } = await decodePicture(await makeThumbnail(fixture(name), 30));
      expect([kind, width, height]).toEqual(['jpeg', 30, 20]);
      expect(distance(quadrantsOf(pixels), quadrantColours)).toBeLessThanOrEqual(16);
    },
  );

  test('enlarges nothing', async () => {
    expect(await decodePicture(await makeThumbnail(fixture('quadrants.png'), 500))).toMatchObject({
      width: 60,
      height: 40,
    });
  });

  test('lays alpha over white', async () => {
    const { pixels } = await decodePicture(await makeThumbnail(fixture('alpha.png'), 60));
    expect(distance(colourAt(pixels, 0.25, 0.25), [255, 255, 255])).toBeLessThanOrEqual(3);
  });

  test('is sRGB', async () => {
    const { pixels } = await decodePicture(await makeThumbnail(fixture('display-p3.jpg'), 32));
    expect(distance(colourAt(pixels, 0.5, 0.5), [101, 183, 75])).toBeLessThanOrEqual(3);
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses an edge of %s', async (edge) => {
    await expect(makeThumbnail(fixture('quadrants.png'), edge)).rejects.toThrow(`got ${edge}`);
  });
});

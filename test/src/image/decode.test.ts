import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodePicture } from '../../../src/image/index.ts';
import { colourAt, distance, fixture, quadrantColours, quadrantsOf } from './fixture.ts';

describe('decodePicture', () => {
  test.each([
    ['orientation-1.jpg', 'jpeg'],
    ['progressive.jpg', 'jpeg'],
    ['quadrants.png', 'png'],
    ['palette.png', 'png'],
    ['rgb16.png', 'png'],
    ['quadrants.webp', 'webp'],
    ['quadrants.gif', 'gif'],
    ['quadrants.tif', 'tiff'],
    ['quadrants.avif', 'avif'],
    ['quadrants.heic', 'heic'],
    ['quadrants.bmp', 'bmp'],
    ['palette.bmp', 'bmp'],
    ['alpha-unused.bmp', 'bmp'],
  ])('reads %s as %s, whatever the file is called', async (name, kind) => {
    const picture = await decodePicture(fixture(name));
    expect(picture).toMatchObject({ kind, width: 60, height: 40, takenAt: null });
    expect(picture.pixels).toMatchObject({ width: 60, height: 40 });
    expect(picture.pixels.data).toHaveLength(60 * 40 * 3);
    expect(distance(quadrantsOf(picture.pixels), quadrantColours)).toBeLessThanOrEqual(4);
  });

  test.each([
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((o) => `orientation-${o}.jpg`),
    // Their containers rotate and mirror: once, not once more for EXIF.
    'rotated.avif',
    'rotated.heic',
    'mirrored.heic',
  ])('turns %s upright', async (name) => {
    const picture = await decodePicture(fixture(name));
    expect([picture.width, picture.height]).toEqual([60, 40]);
    expect([picture.pixels.width, picture.pixels.height]).toEqual([60, 40]);
    expect(distance(quadrantsOf(picture.pixels), quadrantColours)).toBeLessThanOrEqual(4);
  });

  test.each(['alpha.png', 'alpha.webp'])('lays what is clear in %s over white', async (name) => {
    const { pixels } = await decodePicture(fixture(name));
    const [, green, , yellow] = quadrantColours;
    expect(quadrantsOf(pixels)).toEqual([[255, 255, 255], green, [255, 255, 255], yellow]);
  });

  test('mixes what is half clear with white', async () => {
    const { pixels } = await decodePicture(fixture('alpha-half.png'));
    expect(distance(colourAt(pixels, 0.75, 0.25), [142, 212, 142])).toBeLessThanOrEqual(1);
  });

  test.each(['grey.png', 'grey.jpg', 'grey16.png'])('gives %s three equal channels of 8 bits', async (name) => {
    const { pixels } = await decodePicture(fixture(name));
    expect(pixels.data).toHaveLength(64 * 16 * 3);
    expect(distance(colourAt(pixels, 0.25, 0.5), [65, 65, 65])).toBeLessThanOrEqual(2);
    expect(distance(colourAt(pixels, 0.75, 0.5), [194, 194, 194])).toBeLessThanOrEqual(2);
  });

  test('brings CMYK to sRGB, not to its negative', async () => {
    const { pixels } = await decodePicture(fixture('cmyk.jpg'));
    // A printer's green and yellow are duller; each quadrant still is nearest to its own colour.
    for (const [i, colour] of quadrantsOf(pixels).entries()) {
      const distances = quadrantColours.map((known) => Math.hypot(...known.map((value, c) => value - colour[c]!)));
      expect(distances.indexOf(Math.min(...distances))).toBe(i);
    }
  });

  test.each([
    ['adobe-rgb.jpg', [80, 181, 83]],
    ['display-p3.jpg', [101, 183, 75]],
    ['display-p3.heic', [101, 183, 75]],
    ['srgb.jpg', [120, 180, 90]],
  ])('applies the profile of %s', async (name, expected) => {
    const { pixels } = await decodePicture(fixture(name));
    expect(distance(colourAt(pixels, 0.5, 0.5), expected)).toBeLessThanOrEqual(2);
  });

  test.each(['animated.gif', 'animated.webp', 'pages.tif'])('takes the first picture of %s', async (name) => {
    const picture = await decodePicture(fixture(name));
    expect([picture.width, picture.height]).toEqual([24, 16]);
    expect(distance(colourAt(picture.pixels, 0.5, 0.5), quadrantColours[0]!)).toBeLessThanOrEqual(4);
  });

  test.each([
    ['taken.jpg', '2024-05-01T13:37:00'],
    ['taken.tif', '2024-05-01T13:37:00'],
    ['rotated.heic', '2024-05-01T13:37:00'],
    ['taken-never.jpg', null],
  ])('says when %s was taken: %s', async (name, takenAt) => {
    expect((await decodePicture(fixture(name))).takenAt).toBe(takenAt);
  });

  test('takes a part of the upright picture, in fractions', async () => {
    const right = { x: 0.5, y: 0.5, w: 0.5, h: 0.5 };
    const picture = await decodePicture(fixture('orientation-6.jpg'), { crop: right });
    expect([picture.width, picture.height]).toEqual([60, 40]);
    expect([picture.whole.width, picture.whole.height]).toEqual([60, 40]);
    expect([picture.pixels.width, picture.pixels.height]).toEqual([30, 20]);
    for (const at of [0.1, 0.5, 0.9]) {
      expect(distance(colourAt(picture.pixels, at, at), quadrantColours[3]!)).toBeLessThanOrEqual(8);
    }
  });
});

describe('a picture of 12 megapixels', async () => {
  const [width, height] = [4001, 3003];
  const small = { raw: { width: 2, height: 2, channels: 3 } } as const;
  const drawn = sharp(Buffer.from(quadrantColours.flat()), small).resize(width, height, {
    fit: 'fill',
    kernel: 'nearest',
  });
  const jpeg = await drawn.clone().jpeg().withMetadata({ orientation: 6 }).toBuffer();
  const png = await drawn.clone().png({ compressionLevel: 1 }).toBuffer();

  test.each([
    [2000, 1],
    [1500, 2],
    [750, 4],
    [448, 4],
    [375, 8],
    [1, 8],
  ])('keeps at least %i pixels a side: reduced by %i', async (least, by) => {
    const picture = await decodePicture(jpeg, { least });
    expect([picture.width, picture.height]).toEqual([height, width]);
    expect([picture.pixels.width, picture.pixels.height]).toEqual([Math.floor(height / by), Math.floor(width / by)]);
    const [red, green, blue, yellow] = quadrantColours as [number[], number[], number[], number[]];
    expect(distance(quadrantsOf(picture.pixels), [blue, red, yellow, green])).toBeLessThanOrEqual(4);
  });

  test('keeps more of itself where only a part is wanted', async () => {
    const crop = { x: 0.5, y: 0, w: 0.25, h: 0.25 };
    const { whole, pixels } = await decodePicture(jpeg, { least: 300, crop });
    expect([whole.width, whole.height]).toEqual([1501, 2000]);
    expect(Math.min(pixels.width, pixels.height)).toBeGreaterThanOrEqual(300);
  });

  test('is reduced by as much when it is no JPEG', async () => {
    const { pixels } = await decodePicture(png, { least: 448 });
    expect([pixels.width, pixels.height]).toEqual([1000, 750]);
    expect(distance(quadrantsOf(pixels), quadrantColours)).toBeLessThanOrEqual(1);
  });
});

import { expect, test } from 'vitest';
import { decodePicture } from '../../../../src/image/index.ts';
import {
  augment,
  augmentationStream,
  contactSheet,
  resolveAugmentation,
} from '../../../../src/tuning/augment/index.ts';
import { noise } from './noise.ts';

const options = resolveAugmentation({ rotation: 20, brightness: 0.2 })!;

test('is a PNG with a row for each picture: itself, then as the first seven passes have it', async () => {
  const pictures = [noise(20, 12), noise(16, 10)];
  const sheet = await contactSheet(pictures, options, 5);
  const { kind, pixels } = await decodePicture(sheet);
  expect([kind, pixels.width, pixels.height]).toEqual(['png', 8 * 24 - 4, 2 * 16 - 4]);
  const field = (row: number, column: number) => {
    const { width, height } = pictures[row]!;
    const rows = Array.from({ length: height }, (_, y) => {
      const at = ((16 * row + y) * pixels.width + 24 * column) * 3;
      return pixels.data.subarray(at, at + width * 3);
    });
    return { data: new Uint8Array(Buffer.concat(rows)), width, height };
  };
  for (const [row, picture] of pictures.entries()) {
    expect(field(row, 0)).toEqual(picture);
    for (let pass = 0; pass < 7; pass++) {
      expect(field(row, pass + 1)).toEqual(augment(picture, options, augmentationStream(5, pass, row)));
    }
  }
});

test('without a picture it says so', async () => {
  await expect(contactSheet([], options, 5)).rejects.toMatchObject({
    code: 'invalid_request',
    message: 'augment: a contact sheet needs at least one picture; got none',
  });
});

import type { Pixels } from '../../types.ts';
import { augment, augmentationStream } from './augment.ts';
import { invalid, type ResolvedAugmentation } from './options.ts';

const variants = 7;
/** Pixels between two pictures. */
const gap = 4;

/**
 * What the options do, to be looked at: a row for each picture, itself first, then as each of the first seven passes has it, with these as
 * the first pictures.
 * @param pictures at least one; all stand in fields of the largest's size
 * @returns a PNG
 * @throws PixkinError `invalid_request` without a picture
 */
export async function contactSheet(
  pictures: readonly Pixels[],
  o: ResolvedAugmentation,
  seed: number,
): Promise<Uint8Array> {
  const { writePng } = await import('../../image/index.ts');
  return writePng(drawContactSheet(pictures, o, seed));
}

/** The same as pixels; white between the pictures. */
export function drawContactSheet(pictures: readonly Pixels[], o: ResolvedAugmentation, seed: number): Pixels {
  if (pictures.length === 0) throw invalid('a contact sheet needs at least one picture; got none');
  const across = Math.max(...pictures.map(({ width }) => width)) + gap;
  const down = Math.max(...pictures.map(({ height }) => height)) + gap;
  const width = (1 + variants) * across - gap;
  const height = pictures.length * down - gap;
  const data = new Uint8Array(width * height * 3).fill(255);
  for (const [row, picture] of pictures.entries()) {
    for (let column = 0; column <= variants; column++) {
      const random = augmentationStream(seed, column - 1, row);
      const shown = column === 0 ? picture : augment(picture, o, random);
      const stride = shown.width * 3;
      for (let y = 0; y < shown.height; y++) {
        const line = shown.data.subarray(y * stride, (y + 1) * stride);
        data.set(line, ((row * down + y) * width + column * across) * 3);
      }
    }
  }
  return { data, width, height };
}

import { randomStream } from '../../../../src/head/random.ts';
import type { Pixels } from '../../../../src/types.ts';

/** A picture in which every pixel is another. */
export function noise(width: number, height: number): Pixels {
  const random = randomStream(1);
  return { data: Uint8Array.from({ length: width * height * 3 }, () => 256 * random()), width, height };
}

/** The picture with at each place what was at the place that `from` names. */
export function moved(source: Pixels, from: (x: number, y: number) => readonly [x: number, y: number]): Pixels {
  const { width, height } = source;
  const data = new Uint8Array(source.data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [sourceX, sourceY] = from(x, y);
      const at = (sourceY * width + sourceX) * 3;
      data.set(source.data.subarray(at, at + 3), (y * width + x) * 3);
    }
  }
  return { data, width, height };
}

import type { Pixels } from '../../types.ts';
import type { Affine } from './affine.ts';

/** Fraction bits of a position: four weights of twice as many and a byte fit 31 bits. */
const bits = 11;
const one = 1 << bits;
const half = 1 << (2 * bits - 1);

/**
 * The picture as the map sees it, of the same size, bilinear; beyond an edge it goes on mirrored (d c b a | a b c d | d c b a).
 * @param target gets height x width x 3 bytes, from `at` on; not the source's own
 */
export function sampleInto(target: Uint8Array, at: number, source: Pixels, map: Affine): void {
  const { data, width, height } = source;
  const stride = width * 3;
  const [stepX, stepY] = [map.xx * one, map.yx * one];
  let to = at;
  for (let y = 0; y < height; y++) {
    // Half a step more, so that Math.floor rounds: a whole number that sine and cosine missed by 1e-16 is exact again.
    const fromX = (map.xy * y + map.x0) * one + 0.5;
    const fromY = (map.yy * y + map.y0) * one + 0.5;
    for (let x = 0; x < width; x++) {
      const u = Math.floor(fromX + stepX * x);
      const v = Math.floor(fromY + stepY * x);
      const column = u >> bits;
      const row = v >> bits;
      const right = u & (one - 1);
      const down = v & (one - 1);
      let a = row * stride + column * 3;
      let b = a + 3;
      let c = a + stride;
      let d = c + 3;
      if (column < 0 || row < 0 || column >= width - 1 || row >= height - 1) {
        const left = mirror(column, width) * 3;
        const next = mirror(column + 1, width) * 3;
        const upper = mirror(row, height) * stride;
        const lower = mirror(row + 1, height) * stride;
        a = upper + left;
        b = upper + next;
        c = lower + left;
        d = lower + next;
      }
      const wd = right * down;
      const wc = (down << bits) - wd;
      const wb = (right << bits) - wd;
      const wa = (1 << (2 * bits)) - wb - wc - wd;
      target[to] = (data[a]! * wa + data[b]! * wb + data[c]! * wc + data[d]! * wd + half) >> (2 * bits);
      target[to + 1] =
        (data[a + 1]! * wa + data[b + 1]! * wb + data[c + 1]! * wc + data[d + 1]! * wd + half) >> (2 * bits);
      target[to + 2] =
        (data[a + 2]! * wa + data[b + 2]! * wb + data[c + 2]! * wc + data[d + 2]! * wd + half) >> (2 * bits);
      to += 3;
    }
  }
}

function mirror(i: number, length: number): number {
  const period = 2 * length;
  const place = ((i % period) + period) % period;
  return place < length ? place : period - 1 - place;
}

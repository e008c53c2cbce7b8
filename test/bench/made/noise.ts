/** Smooth noise, from which surfaces are made. */
import type { Random } from './paint.ts';

/** A value 0 to 1 at each place of a plane. */
export type Field = (x: number, y: number) => number;

const side = 32;

/** Value noise: random numbers at whole places, smooth between them; it repeats itself after 32. */
export function smoothNoise(random: Random): Field {
  const lattice = Float64Array.from({ length: side * side }, random);
  const at = (x: number, y: number) => lattice[(y & (side - 1)) * side + (x & (side - 1))]!;
  return (x, y) => {
    const left = Math.floor(x);
    const top = Math.floor(y);
    const across = ease(x - left);
    const down = ease(y - top);
    const upper = at(left, top) + (at(left + 1, top) - at(left, top)) * across;
    const lower = at(left, top + 1) + (at(left + 1, top + 1) - at(left, top + 1)) * across;
    return upper + (lower - upper) * down;
  };
}

/** Several octaves of it, each twice as fine and half as strong. */
export function cloudy(random: Random, octaves: number): Field {
  const noise = smoothNoise(random);
  const sum = 2 - 2 ** (1 - octaves);
  return (x, y) => {
    let value = 0;
    for (let i = 0; i < octaves; i++) value += noise(x * 2 ** i + 7.3 * i, y * 2 ** i + 3.1 * i) / 2 ** i;
    return value / sum;
  };
}

/** Distance to the nearest of points strewn one to each unit square, 0 to about 1: round cells. */
export function cells(random: Random): Field {
  const points = Float64Array.from({ length: 2 * side * side }, random);
  return (x, y) => {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    let nearest = 2;
    for (let j = top - 1; j <= top + 1; j++) {
      for (let i = left - 1; i <= left + 1; i++) {
        const at = 2 * ((j & (side - 1)) * side + (i & (side - 1)));
        const square = (i + points[at]! - x) ** 2 + (j + points[at + 1]! - y) ** 2;
        if (square < nearest) nearest = square;
      }
    }
    return Math.sqrt(nearest);
  };
}

function ease(part: number): number {
  return part * part * (3 - 2 * part);
}

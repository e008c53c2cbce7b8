/** Pictures from formulas. */
import type { Pixels } from '../../../src/types.ts';

/** Red, green and blue, 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number];
/** The colour at a place; the whole picture is 0 to 1 in both directions. */
export type Shade = (x: number, y: number) => Colour;
/** Numbers from 0 to below 1. */
export type Random = () => number;

/** A picture as its colours were drawn, before it is made a photograph of. */
export interface Canvas {
  readonly colours: Float64Array;
  readonly size: number;
}

/** Where in a pixel the formula is asked: edges of any direction come out soft. */
const points = [
  [0.25, 0.75],
  [0.75, 0.25],
] as const;

export function paint(size: number, shade: Shade): Canvas {
  const colours = new Float64Array(size * size * 3);
  for (let i = 0; i < size * size; i++) {
    for (const [right, down] of points) {
      const colour = shade(((i % size) + right) / size, (Math.floor(i / size) + down) / size);
      for (let c = 0; c < 3; c++) colours[3 * i + c]! += colour[c]! / points.length;
    }
  }
  return { colours, size };
}

/** How a picture was taken. */
export interface Camera {
  /** Most part by which each channel is stronger or weaker. */
  readonly cast: number;
  /** Range of the contrast. */
  readonly contrast: readonly [least: number, most: number];
  /** Most that is added or taken away. */
  readonly light: number;
  /** Range of the standard deviation of the grain. */
  readonly grain: readonly [least: number, most: number];
}

/** Colours as a camera gives them, with its own light and grain for each picture. */
export function photograph({ colours, size }: Canvas, camera: Camera, random: Random): Pixels {
  const gains = [0, 1, 2].map(() => 1 + camera.cast * (2 * random() - 1));
  const contrast = between(camera.contrast, random);
  const light = 0.5 + camera.light * (2 * random() - 1);
  const grain = between(camera.grain, random);
  const data = new Uint8Array(colours.length);
  for (let i = 0; i < colours.length; i++) {
    const value = (colours[i]! * gains[i % 3]! - 0.5) * contrast + light + grain * normal(random);
    data[i] = Math.round(255 * Math.min(1, Math.max(0, value)));
  }
  return { data, width: size, height: size };
}

export function between([least, most]: readonly [number, number], random: Random): number {
  return least + (most - least) * random();
}

export function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)]!;
}

export function mix(a: Colour, b: Colour, part: number): Colour {
  return [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part, a[2] + (b[2] - a[2]) * part];
}

export function scale(colour: Colour, by: number): Colour {
  return [colour[0] * by, colour[1] * by, colour[2] * by];
}

/** A colour with each channel moved by at most `by`. */
export function jitter(colour: Colour, by: number, random: Random): Colour {
  const moved = () => by * (2 * random() - 1);
  return [colour[0] + moved(), colour[1] + moved(), colour[2] + moved()];
}

/** About normally distributed, standard deviation 1: the sum of four even ones. */
function normal(random: Random): number {
  return (random() + random() + random() + random() - 2) * Math.sqrt(3);
}

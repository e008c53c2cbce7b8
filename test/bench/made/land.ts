/** Land from above: what several kinds of tiles are made of. */
import { cells, cloudy, type Field } from './noise.ts';
import { between, type Colour, jitter, mix, pick, type Random, type Shade, scale } from './paint.ts';

const soils: readonly Colour[] = [
  [0.45, 0.36, 0.27],
  [0.56, 0.48, 0.34],
  [0.33, 0.38, 0.24],
  [0.42, 0.46, 0.27],
  [0.5, 0.43, 0.36],
  [0.28, 0.35, 0.27],
];
const greens: readonly Colour[] = [
  [0.17, 0.26, 0.18],
  [0.21, 0.3, 0.2],
  [0.15, 0.24, 0.22],
  [0.25, 0.31, 0.2],
];
const waters: readonly Colour[] = [
  [0.14, 0.23, 0.28],
  [0.19, 0.27, 0.25],
  [0.24, 0.3, 0.27],
  [0.36, 0.36, 0.3],
];
const pavements: readonly Colour[] = [
  [0.42, 0.42, 0.42],
  [0.5, 0.48, 0.46],
  [0.34, 0.35, 0.36],
  [0.3, 0.31, 0.29],
];

/** A colour for what leads through that land: it stands out, and does not tell a river from a road. */
export function bandColour(land: Shade, random: Random): Colour {
  const around = [0.2, 0.5, 0.8].map((place) => land(place, random()));
  const difference = (colour: Colour) =>
    around.reduce((sum, other) => sum + Math.hypot(...colour.map((value, c) => value - other[c]!)), 0);
  const choice = Array.from({ length: 3 }, () => jitter(pick([...waters, ...pavements], random), 0.04, random));
  return choice.reduce((best, colour) => (difference(colour) > difference(best) ? colour : best));
}

/** The plane, turned and moved at random: (x, y) to (along, across). */
export function turned(random: Random): (x: number, y: number) => readonly [number, number] {
  const angle = 2 * Math.PI * random();
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [x0, y0] = [random(), random()];
  return (x, y) => [(x - x0) * cos + (y - y0) * sin, (y - y0) * cos - (x - x0) * sin];
}

/** Strips of crops side by side, with furrows along them. */
export function strips(random: Random, widths: readonly [number, number]): Shade {
  const turn = turned(random);
  const width = between(widths, random);
  const uneven = cloudy(random, 3);
  const colours = Array.from({ length: 16 }, () => jitter(pick(soils, random), 0.06, random));
  const furrows = between([14, 26], random);
  const depth = between([0.0, 0.1], random);
  return (x, y) => {
    const [along, across] = turn(x, y);
    const strip = Math.floor(across / width) & 15;
    const furrow = 1 + depth * Math.sin(2 * Math.PI * furrows * across);
    return scale(colours[strip]!, furrow * (0.85 + 0.3 * uneven(3 * along, 6 * across)));
  };
}

/** Meadow and bare soil without a pattern. */
export function meadow(random: Random): Shade {
  const noise = cloudy(random, 4);
  const [one, other] = [jitter(pick(soils, random), 0.06, random), jitter(pick(soils, random), 0.06, random)];
  const grain = between([2, 5], random);
  return (x, y) => mix(one, other, noise(grain * x, grain * y));
}

/** Crowns of trees. */
export function woods(random: Random): Shade {
  const crowns = cells(random);
  const density = cloudy(random, 3);
  const count = between([9, 18], random);
  const green = jitter(pick(greens, random), 0.04, random);
  return (x, y) => scale(green, 1.35 - 0.7 * crowns(count * x, count * y) + 0.4 * (density(3 * x, 3 * y) - 0.5));
}

/** Water with waves. */
export function water(random: Random): Shade {
  const turn = turned(random);
  const swell: Field = cloudy(random, 4);
  const colour = jitter(pick(waters, random), 0.04, random);
  const length = between([3, 9], random);
  const stretched = between([1.5, 3.5], random);
  const strength = between([0.15, 0.6], random);
  return (x, y) => {
    const [along, across] = turn(x, y);
    return scale(colour, 1 + strength * (swell(length * along, length * stretched * across) - 0.5));
  };
}

/** Any of the surfaces that a road or a river may cross. */
export function anyLand(random: Random): Shade {
  return pick([meadow, meadow, woods, (r: Random) => strips(r, [0.12, 0.4])], random)(random);
}

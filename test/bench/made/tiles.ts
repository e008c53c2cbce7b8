/** Six kinds of tiles as satellites see them. Kinds share their colours and much of their background: what is there decides, not how it is lit. */
import { anyLand, bandColour, meadow, strips, turned, water, woods } from './land.ts';
import { cloudy } from './noise.ts';
import { between, type Camera, jitter, mix, type Random, type Shade, scale } from './paint.ts';

/** How much of a band of such a width stands at that distance from its middle, 0 to 1. */
function band(distance: number, width: number): number {
  return Math.min(1, Math.max(0, (width / 2 - Math.abs(distance)) / 0.012 + 0.5));
}

function annualCrop(random: Random): Shade {
  return strips(random, [0.1, 0.3]);
}

function forest(random: Random): Shade {
  const [trees, clearing] = [woods(random), meadow(random)];
  const noise = cloudy(random, 2);
  const bare = between([0.1, 0.35], random);
  return (x, y) => (noise(2 * x, 2 * y) < bare ? clearing(x, y) : trees(x, y));
}

function sea(random: Random): Shade {
  return water(random);
}

function river(random: Random): Shade {
  const [land, turn, noise] = [anyLand(random), turned(random), cloudy(random, 2)];
  const colour = bandColour(land, random);
  const width = between([0.04, 0.11], random);
  const winding = between([0.15, 0.35], random);
  return (x, y) => {
    const [along, across] = turn(x, y);
    const middle = winding * (noise(2 * along, 0) - 0.5);
    const broad = width * (0.6 + 0.8 * noise(3 * along, 9));
    return mix(land(x, y), colour, band(across - middle, broad));
  };
}

function highway(random: Random): Shade {
  const [land, turn] = [anyLand(random), turned(random)];
  const colour = bandColour(land, random);
  const width = between([0.04, 0.1], random);
  const bend = between([-0.25, 0.25], random);
  const verge = between([0, 0.02], random);
  return (x, y) => {
    const [along, across] = turn(x, y);
    const off = across - bend * along * along;
    const road = mix(land(x, y), scale(colour, 0.8), 0.5 * band(off, width + 2 * verge));
    return mix(road, colour, band(off, width) - 0.3 * band(off, 0.012));
  };
}

function residential(random: Random): Shade {
  const [land, turn] = [anyLand(random), turned(random)];
  const street = bandColour(land, random);
  const roofs = Array.from({ length: 16 }, () => jitter(bandColour(land, random), 0.12, random));
  const [block, plot] = [between([0.25, 0.5], random), between([0.06, 0.1], random)];
  const built = between([0.3, 0.7], random);
  const chance = cloudy(random, 1);
  return (x, y) => {
    const [along, across] = turn(x, y);
    const toStreet = Math.min(nearest(along, block * 1.7), nearest(across, block));
    const [i, j] = [Math.floor(along / plot), Math.floor(across / plot)];
    const house = chance(i * 5.37, j * 3.91) < built && toStreet > 0.05;
    const roof = Math.max(nearest(along - plot / 2, plot), nearest(across - plot / 2, plot)) < plot * 0.33;
    if (house && roof) return roofs[(i * 7 + j * 3) & 15]!;
    return mix(land(x, y), street, 0.7 * band(toStreet, 0.04));
  };
}

/** Distance to the nearest multiple. */
function nearest(value: number, every: number): number {
  return Math.abs(value - every * Math.round(value / every));
}

export const tiles: Readonly<Record<string, (random: Random) => Shade>> = {
  'annual-crop': annualCrop,
  forest,
  highway,
  residential,
  river,
  sea,
};

/** Haze, seasons and a cheap sensor. */
export const satellite: Camera = { cast: 0.12, contrast: [0.6, 1.1], light: 0.1, grain: [0.06, 0.14] };

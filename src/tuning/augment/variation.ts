import type { ResolvedAugmentation } from './options.ts';

/** What happens to one picture. */
export interface Variation {
  readonly flipX: boolean;
  readonly flipY: boolean;
  /** Radians. */
  readonly angle: number;
  /** How much of each side is seen; 1: as it is. */
  readonly zoom: number;
  /** Pixels to the side for each pixel down. */
  readonly shear: number;
  /** Parts of the width and the height. */
  readonly shiftX: number;
  readonly shiftY: number;
  /** The rectangle that is kept, in parts of the width and the height. */
  readonly crop: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  /** Factor of the distance from the mean. */
  readonly contrast: number;
  /** What is added, -255 to 255. */
  readonly brightness: number;
}

/** Of the crop's aspect to the picture's. Source: the usual range of Szegedy et al., "Going Deeper with Convolutions" (2014), section 6. */
const aspects = [3 / 4, 4 / 3] as const;

/** Always draws the same count of numbers in the same order, so that one option more or less leaves what the others do as it was. */
export function drawVariation(o: ResolvedAugmentation, random: () => number): Variation {
  /** -1 to 1 */
  const side = (): number => 2 * random() - 1;
  return {
    flipX: random() < 0.5 && (o.flip === 'horizontal' || o.flip === 'both'),
    flipY: random() < 0.5 && (o.flip === 'vertical' || o.flip === 'both'),
    angle: radians(o.rotation * side()),
    zoom: 1 + o.zoom * side(),
    shear: Math.tan(radians(o.shear * side())),
    shiftX: o.shift * side(),
    shiftY: o.shift * side(),
    crop: drawCrop(o.crop, random),
    contrast: 1 + o.contrast * side(),
    brightness: 255 * o.brightness * side(),
  };
}

function drawCrop(least: number, random: () => number): Variation['crop'] {
  const area = least + (1 - least) * random();
  // Aspects by their logarithm, so that wide and tall come equally often; only those with which the rectangle fits.
  const narrowest = Math.max(aspects[0], area);
  const widest = Math.min(aspects[1], 1 / area);
  const aspect = narrowest * (widest / narrowest) ** random();
  const w = Math.min(1, Math.sqrt(area * aspect));
  const h = Math.min(1, Math.sqrt(area / aspect));
  return { x: (1 - w) * random(), y: (1 - h) * random(), w, h };
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

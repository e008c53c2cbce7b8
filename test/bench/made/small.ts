/** Small pictures of one shape or pattern each: easy for people, new to a network that has seen nothing. */
import { between, type Camera, type Colour, mix, type Random, type Shade } from './paint.ts';

/** How far inside of the shape a place is, in units of about its radius; below 0: outside. */
type Shape = (x: number, y: number) => number;

const polygon =
  (corners: number): Shape =>
  (x, y) => {
    const sector = (2 * Math.PI) / corners;
    const angle = Math.atan2(y, x);
    const off = angle - sector * Math.round(angle / sector);
    return Math.cos(sector / 2) - Math.hypot(x, y) * Math.cos(off);
  };
const bar = (x: number, y: number, length: number): number => Math.min(length - Math.abs(x), 0.28 - Math.abs(y));

const shapes: Readonly<Record<string, Shape>> = {
  disc: (x, y) => 0.9 - Math.hypot(x, y),
  ring: (x, y) => 0.25 - Math.abs(Math.hypot(x, y) - 0.7),
  triangle: polygon(3),
  square: polygon(4),
  cross: (x, y) => Math.max(bar(x, y, 0.95), bar(y, x, 0.95)),
  corner: (x, y) => Math.max(bar(x, y + 0.6, 0.88), bar(y, x + 0.6, 0.88)),
  stripes: (x, y) => (Math.hypot(x, y) < 1 ? 0.2 * Math.cos(9 * x) : -1),
  dots: (x, y) => (Math.hypot(x, y) < 1 ? 0.2 * (Math.cos(8 * x) * Math.cos(8 * y) - 0.3) : -1),
  crescent: (x, y) => Math.min(0.9 - Math.hypot(x, y), Math.hypot(x - 0.45, y) - 0.65),
  wedge: (x, y) => Math.min(0.95 - Math.hypot(x, y), Math.abs(Math.atan2(y, x)) - 0.7),
  tee: (x, y) => Math.max(bar(x, y + 0.6, 0.88), bar(y, x, 0.88)),
  ess: (x, y) => Math.max(bar(x - 0.4, y + 0.3, 0.5), bar(x + 0.4, y - 0.3, 0.5)),
};

const names = Object.keys(shapes);
/** What a base is trained on. */
export const smallClasses: readonly string[] = names.slice(0, 10);
/** Two more, to which it is transferred. */
export const furtherClasses: readonly string[] = names.slice(10);

/** The shape in a light colour on dark ground, anywhere, of any turn. @throws RangeError for a class that is not there */
export function small(name: string, random: Random): Shade {
  const shape = shapes[name];
  if (!shape) throw new RangeError(`class must be one of ${names.join(', ')}; got ${name}`);
  const radius = between([0.25, 0.42], random);
  const [x0, y0] = [between([radius, 1 - radius], random), between([radius, 1 - radius], random)];
  const angle = 2 * Math.PI * random();
  const [cos, sin] = [Math.cos(angle) / radius, Math.sin(angle) / radius];
  const light = (): Colour => [0.6 + 0.4 * random(), 0.6 + 0.4 * random(), 0.6 + 0.4 * random()];
  const dark = (): Colour => [0.4 * random(), 0.4 * random(), 0.4 * random()];
  const [front, back, other] = [light(), dark(), dark()];
  const [slopeX, slopeY] = [random() - 0.5, random() - 0.5];
  return (x, y) => {
    const [dx, dy] = [x - x0, y - y0];
    const inside = shape(dx * cos + dy * sin, dy * cos - dx * sin) > 0;
    return inside ? front : mix(back, other, 0.5 + slopeX * (x - 0.5) + slopeY * (y - 0.5));
  };
}

export const plainCamera: Camera = { cast: 0, contrast: [0.8, 1], light: 0.08, grain: [0.01, 0.04] };

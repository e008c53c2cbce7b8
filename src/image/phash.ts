/**
 * A perceptual hash: pictures that were resized, recompressed or slightly recoloured differ in few bits.
 * Source: the DCT hash of C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010), in the form that
 * the Python package `imagehash` gives it: 32 x 32 grey, the 8 x 8 lowest frequencies of its DCT-II, each against their median.
 */
import type { Pixels } from '../types.ts';
import { resample } from './resample.ts';

const side = 32;
const low = 8;

/** cosines[u * side + x] = cos(pi u (2x + 1) / 2N); factors that are equal for all of u do not change an order that matters. */
const cosines = Float64Array.from({ length: low * side }, (_, i) =>
  Math.cos((Math.PI * Math.floor(i / side) * (2 * (i % side) + 1)) / (2 * side)),
);

/** 64 bits of the whole picture as 16 lower-case hexadecimal digits; rows of frequencies from the lowest, highest bit first. */
export function perceptualHash(pixels: Pixels): string {
  const grey = toGrey(pixels);
  const rows = new Float64Array(side * low);
  for (let y = 0; y < side; y++) {
    for (let u = 0; u < low; u++) {
      let sum = 0;
      for (let x = 0; x < side; x++) sum += grey[y * side + x]! * cosines[u * side + x]!;
      rows[y * low + u] = sum;
    }
  }
  const frequencies = new Float64Array(low * low);
  for (let v = 0; v < low; v++) {
    for (let u = 0; u < low; u++) {
      let sum = 0;
      for (let y = 0; y < side; y++) sum += rows[y * low + u]! * cosines[v * side + y]!;
      frequencies[v * low + u] = sum;
    }
  }
  const sorted = frequencies.toSorted();
  const median = (sorted[31]! + sorted[32]!) / 2;
  let hash = 0n;
  for (const frequency of frequencies) hash = (hash << 1n) | (frequency > median ? 1n : 0n);
  return hash.toString(16).padStart(16, '0');
}

/** Luma of Rec. 601, averaged over areas, so that a reduced decoding gives (nearly) the same numbers. */
function toGrey(pixels: Pixels): Float64Array {
  const whole = { left: 0, top: 0, right: pixels.width, bottom: pixels.height };
  const { data } = resample(pixels, whole, side, side, 'box');
  return Float64Array.from({ length: side * side }, (_, i) => {
    return 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!;
  });
}

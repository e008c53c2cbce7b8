/**
 * How the window of a convolution meets its picture: for each of its positions the pixels of `x` that it multiplies, and those
 * of the output `dy` that they go to.
 */
import type { Convolution } from './kernel.ts';
import type { Sweep } from './sums-wasm.ts';

/** Pixels in a sweep: both pictures' part of it stays in the processor's caches. */
const enough = 128;
const bytes = 4;

/**
 * Every position of a window in every picture, in parts of about `enough` pixels.
 * @param x address of the pictures, `dy` of what the convolution makes of them
 * @param dyChannels of `dy`
 * @param visit with a sweep over the part and the position's index, `row * filterWidth + column`
 */
export function sweepWindow(
  c: Convolution,
  x: number,
  dy: number,
  dyChannels: number,
  visit: (sweep: Sweep, position: number) => void,
): void {
  const xStep = c.inChannels * bytes;
  const dyStep = dyChannels * bytes;
  const pixels = c.batchSize * c.outHeight * c.outWidth;
  if (isPointwise(c)) {
    for (let from = 0; from < pixels; from += enough) {
      const steps = Math.min(enough, pixels - from);
      visit([x + from * xStep, 0, xStep, dy + from * dyStep, 0, dyStep, 1, steps], 0);
    }
    return;
  }
  const rowsAtOnce = Math.max(1, Math.floor(enough / c.outWidth));
  const columns = Array.from({ length: c.filterWidth }, (_, j) =>
    reach(c.inWidth, c.outWidth, c.strideWidth, j * c.dilationWidth - c.padInfo.left),
  );
  const rows = Array.from({ length: c.filterHeight }, (_, i) =>
    reach(c.inHeight, c.outHeight, c.strideHeight, i * c.dilationHeight - c.padInfo.top),
  );
  for (let n = 0; n < c.batchSize; n++) {
    for (let top = 0; top < c.outHeight; top += rowsAtOnce) {
      for (const [i, down] of rows.entries()) {
        const first = Math.max(top, down.first);
        const count = Math.min(top + rowsAtOnce, down.end) - first;
        if (count <= 0) continue;
        const xRow = (n * c.inHeight + first * c.strideHeight + down.offset) * c.inWidth;
        const dyRow = (n * c.outHeight + first) * c.outWidth;
        for (const [j, across] of columns.entries()) {
          if (across.end <= across.first) continue;
          const sweep: Sweep = [
            x + (xRow + across.first * c.strideWidth + across.offset) * xStep,
            c.strideHeight * c.inWidth * xStep,
            c.strideWidth * xStep,
            dy + (dyRow + across.first) * dyStep,
            c.outWidth * dyStep,
            dyStep,
            count,
            across.end - across.first,
          ];
          visit(sweep, i * c.filterWidth + j);
        }
      }
    }
  }
}

/** Is every pixel of the output made of the same pixel of the input, and of no other? */
export function isPointwise(c: Convolution): boolean {
  const sizes = [c.filterHeight, c.filterWidth, c.strideHeight, c.strideWidth];
  return (
    sizes.every((size) => size === 1) &&
    c.inHeight === c.outHeight &&
    c.inWidth === c.outWidth &&
    c.padInfo.top === 0 &&
    c.padInfo.left === 0
  );
}

/** Where `index * stride + offset` lies within `size`, for indices below `count`. */
function reach(size: number, count: number, stride: number, offset: number) {
  const first = Math.max(0, Math.ceil(-offset / stride));
  const end = Math.min(count, Math.floor((size - 1 - offset) / stride) + 1);
  return { first, end, offset };
}

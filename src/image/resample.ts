/**
 * Resampling with a kernel that widens when it shrinks a picture (antialiasing), in fixed point, in two passes.
 * Source: the algorithm of Pillow's `ImagingResample` (src/libImaging/Resample.c), whose pixels it gives within 1 of 255:
 * networks are trained and checked with those.
 */
import type { Pixels, ResizeKernel } from '../types.ts';
import { resampleModule } from './resample-wasm.ts';

/** A part of a picture in pixels; edges need not be whole numbers. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Kernel {
  /** Half its width in source pixels, at scale 1. */
  readonly support: number;
  readonly weight: (x: number) => number;
}

/** `box` averages areas; `nearest` takes one pixel and is no kernel. */
const kernels: Record<Exclude<ResizeKernel, 'nearest'> | 'box', Kernel> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  cubic: { support: 2, weight: catmullRom },
  lanczos: { support: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Addresses of `first`, `count` and `values` in the module's memory. */
type Addresses = [first: number, count: number, weights: number];

/** Fraction bits of a weight: 255 and the overshoot of any kernel still fit 32 bits. resample.wat has the same number. */
const precision = 22;

/** For every target position: the first source pixel, how many, and their weights, one position after another. */
interface Weights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly values: Int32Array;
}

/** Most bytes of the source that are copied at a time. */
const blockBytes = 1 << 20;
/** The module reads and writes up to 4 bytes past an area. */
const room = 16;

/** `box` of a picture as `width` x `height` pixels. */
export function resample(
  source: Pixels,
  box: Box,
  width: number,
  height: number,
  kernel: ResizeKernel | 'box',
): Pixels {
  const across = weigh(source.width, box.left, box.right, width, kernel);
  const down = weigh(source.height, box.top, box.bottom, height, kernel);
  // Only the rows that the second pass reads.
  const top = down.first[0]!;
  const rows = down.first[height - 1]! + down.count[height - 1]! - top;
  const stride = source.width * 3;
  const narrow = width * 3;
  const blockRows = Math.max(1, Math.floor(blockBytes / stride));

  const { memory, rows: resampleRows, columns: resampleColumns } = resampleModule();
  let end = 0;
  const area = (bytes: number) => {
    const at = end;
    end += Math.ceil((bytes + room) / room) * room;
    return at;
  };
  const acrossAt = [across.first, across.count, across.values].map((table) => area(table.byteLength)) as Addresses;
  const downAt = [down.first, down.count, down.values].map((table) => area(table.byteLength)) as Addresses;
  const narrowAt = area(rows * narrow);
  const targetAt = area(height * narrow);
  const blockAt = area(blockRows * stride);
  if (end > memory.buffer.byteLength) memory.grow(Math.ceil((end - memory.buffer.byteLength) / 65536));

  const put = (at: number, table: Int32Array) => new Int32Array(memory.buffer, at).set(table);
  put(
    acrossAt[0],
    across.first.map((pixel) => pixel * 3),
  );
  put(acrossAt[1], across.count);
  put(acrossAt[2], across.values);
  put(
    downAt[0],
    down.first.map((row) => (row - top) * narrow),
  );
  put(downAt[1], down.count);
  put(downAt[2], down.values);
  const bytes = new Uint8Array(memory.buffer);
  for (let y = 0; y < rows; y += blockRows) {
    const n = Math.min(blockRows, rows - y);
    bytes.set(source.data.subarray((top + y) * stride, (top + y + n) * stride), blockAt);
    resampleRows(blockAt, stride, n, narrowAt + y * narrow, width, ...acrossAt);
  }
  resampleColumns(narrowAt, narrow, targetAt, height, ...downAt);
  return { data: bytes.slice(targetAt, targetAt + height * narrow), width, height };
}

function weigh(length: number, from: number, to: number, size: number, name: ResizeKernel | 'box'): Weights {
  const scale = (to - from) / size;
  const first = new Int32Array(size);
  const count = new Int32Array(size);
  if (name === 'nearest') {
    // Added up as Pillow does it (ImagingScaleAffine in Geometry.c): at whole numbers the rounding errors decide which pixel it is.
    for (let i = 0, at = from + scale * 0.5; i < size; i++, at += scale)
      first[i] = Math.min(length - 1, Math.floor(at));
    return { first, count: count.fill(1), values: new Int32Array(size).fill(1 << precision) };
  }
  const { support, weight } = kernels[name];
  const widening = Math.max(scale, 1);
  const reach = support * widening;
  const most = Math.ceil(reach) * 2 + 1;
  const values = new Int32Array(size * most);
  const exact = new Float64Array(most);
  let used = 0;
  for (let i = 0; i < size; i++) {
    const centre = from + (i + 0.5) * scale;
    const start = Math.max(0, Math.floor(centre - reach + 0.5));
    const n = Math.min(length, Math.floor(centre + reach + 0.5)) - start;
    let sum = 0;
    for (let j = 0; j < n; j++) sum += exact[j] = weight((start + j - centre + 0.5) / widening);
    for (let j = 0; j < n; j++) values[used++] = Math.round((exact[j]! / sum) * (1 << precision));
    first[i] = start;
    count[i] = n;
  }
  return { first, count, values: values.subarray(0, used) };
}

/** The cubic convolution kernel with a = -0.5. */
function catmullRom(x: number): number {
  const d = Math.abs(x);
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

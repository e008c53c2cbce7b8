import { describe, expect, it } from 'vitest';
import type { InputSpec } from '../../../src/model/manifest.ts';
import { inputData } from '../../../src/runtime/tensor.ts';

const base: InputSpec = { name: 'x', width: 2, height: 1, layout: 'nhwc', type: 'uint8', colour: 'rgb' };
/** Two pixels: (10, 20, 30) and (40, 50, 60). */
const pixels = { data: Uint8Array.of(10, 20, 30, 40, 50, 60), width: 2, height: 1 };

describe('laying pixels out for a network', () => {
  it('passes the bytes of one picture on without a copy where nothing needs to be done', () => {
    const { data, dims } = inputData(base, [pixels]);
    expect(data).toBe(pixels.data);
    expect(dims).toEqual([1, 1, 2, 3]);
  });

  it('puts the pictures of a batch one after the other, and zeros into slots that are left', () => {
    const { data, dims } = inputData(base, [pixels, pixels], 3);
    expect(dims).toEqual([3, 1, 2, 3]);
    expect([...data]).toEqual([...pixels.data, ...pixels.data, 0, 0, 0, 0, 0, 0]);
  });

  it('separates channels and turns their order around', () => {
    const { data, dims } = inputData({ ...base, layout: 'nchw', colour: 'bgr' }, [pixels]);
    expect(dims).toEqual([1, 3, 1, 2]);
    expect(data).toEqual(Uint8Array.of(30, 60, 20, 50, 10, 40));
  });

  it.each([
    ['tf', 'rgb', [10 / 127.5 - 1, 20 / 127.5 - 1, 30 / 127.5 - 1]],
    ['caffe', 'bgr', [30 - 103.939, 20 - 116.779, 10 - 123.68]],
    ['torch', 'rgb', [(10 / 255 - 0.485) / 0.229, (20 / 255 - 0.456) / 0.224, (30 / 255 - 0.406) / 0.225]],
  ] as const)("normalises as Keras' mode %s does", (mode, colour, first) => {
    const { data } = inputData({ ...base, type: 'float32', mode, colour }, [pixels]);
    expect(data).toBeInstanceOf(Float32Array);
    for (const [i, expected] of first.entries()) expect(data[i]).toBeCloseTo(expected, 4);
  });

  it('refuses a picture of another size', () => {
    expect(() => inputData(base, [{ ...pixels, width: 1, height: 2 }])).toThrow(
      'pixels must be 2 x 1 x 3 bytes; got 1 x 2 in 6 bytes',
    );
    expect(() => inputData(base, [{ ...pixels, data: pixels.data.subarray(1) }])).toThrow(/got 2 x 1 in 5 bytes/);
  });
});

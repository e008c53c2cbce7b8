import { describe, expect, test } from 'vitest';
import { picturesAtOnce } from '../../../src/tuning/memory.ts';

const wasm = { device: 'cpu', runtime: 'TensorFlow.js 4.22.0 (wasm)' };
const node = { device: 'cpu', runtime: '@tensorflow/tfjs-node 4.22.0 (TensorFlow 2.15.0)' };
/** About what EfficientNet-Lite0 gives for a picture of 224 x 224. */
const sizes = [10e6, 10e6];

test('of a large network a few pictures are computed at once, of a small one all', () => {
  const o = { batch: 32, batchNorm: 'inference' } as const;
  expect(picturesAtOnce(sizes, wasm, o)).toBe(6);
  expect(picturesAtOnce(sizes, { ...node, device: 'cuda' }, o)).toBe(53);
  expect(picturesAtOnce([1000], wasm, o)).toBeGreaterThan(32);
  expect(picturesAtOnce([1e9], wasm, o)).toBe(1);
});

describe('the statistics of a batch need all of it', () => {
  test('on wasm a batch that does not fit is refused', () => {
    expect(() => picturesAtOnce(sizes, wasm, { batch: 32, batchNorm: 'batch' })).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        message: expect.stringMatching(/^batch must be at most 8 for this network on wasm .*; got 32$/),
      }),
    );
    expect(() => picturesAtOnce(sizes, wasm, { batch: 8, batchNorm: 'batch' })).not.toThrow();
  });

  test('elsewhere there is more', () => {
    expect(() => picturesAtOnce(sizes, node, { batch: 32, batchNorm: 'batch' })).not.toThrow();
  });
});

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { decodeHead, encodeHead } from '../../../src/head/encode.ts';
import { denseLayer, headOf } from './blobs.ts';

const mlp = headOf(
  [
    denseLayer(
      [
        [1, 0.1],
        [-1, 3e-39],
        [4, 5],
      ],
      [0, 0.5, -0],
    ),
    denseLayer(
      [
        [1, 0, 2],
        [0, 1, 2],
      ],
      [1, 2],
    ),
  ],
  {
    labels: ['größer', '虎'],
    temperature: 1.25,
    threshold: 0.5,
  },
);

test('a head comes back as it was, from any alignment', () => {
  const bytes = encodeHead(mlp);
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  expect(decodeHead(bytes)).toEqual(mlp);
  expect(decodeHead(shifted.subarray(1))).toEqual(mlp);
});

test('the same head gives the same bytes', () => {
  expect(encodeHead(decodeHead(encodeHead(mlp)))).toEqual(encodeHead(mlp));
});

test('any byte that changed, and any that is missing, is noticed', () => {
  const bytes = encodeHead(mlp);
  for (let i = 0; i < bytes.length; i += 7) {
    const damaged = bytes.slice();
    damaged[i]! ^= 0x10;
    expect(() => decodeHead(damaged)).toThrow(expect.objectContaining({ code: 'head_damaged' }));
  }
  for (const length of [0, 3, 43, 44, 100, bytes.length - 1]) {
    expect(() => decodeHead(bytes.subarray(0, length))).toThrow(expect.objectContaining({ code: 'head_damaged' }));
  }
});

test('a head of a later version says so', () => {
  const content = encodeHead(mlp).slice(0, -32);
  content[4] = 2;
  const later = Buffer.concat([content, createHash('sha256').update(content).digest()]);
  expect(() => decodeHead(later)).toThrow("a head's version must be 1; got 2");
});

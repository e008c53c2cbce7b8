import { expect, test } from 'vitest';
import { type Order, readOrder, writeOrder } from '../../../src/training/protocol.ts';
import { blobs } from '../head/blobs.ts';

const { vectors, ...rest } = blobs({ größer: 3, 虎: 4 });
const order: Order = { ...rest, options: { seed: 4 }, backend: 'wasm', checkpoint: null };
const bytes = Buffer.concat([...writeOrder(order, vectors)]);

async function* pieces(of: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < of.length; at += size) yield of.subarray(at, at + size);
}

test.each([1, 3, 64, 1 << 20])('an order arrives as it was, in pieces of %d bytes', async (size) => {
  expect(await readOrder(pieces(bytes, size))).toEqual({ order, vectors });
});

test('embeddings that are a part of a larger array go alone', async () => {
  const part = new Float32Array([9, ...vectors, 9]).subarray(1, -1);
  expect(await readOrder(pieces(Buffer.concat([...writeOrder(order, part)]), 100))).toEqual({ order, vectors });
});

test.each([0, 2, 50, bytes.length - 1])('an order of %d bytes was cut short', async (length) => {
  await expect(readOrder(pieces(bytes.subarray(0, length), 64))).rejects.toThrow('the order was cut short');
});

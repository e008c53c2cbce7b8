import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withholdEndlessHeaps } from '../../../../src/model/weights/h5-heap.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { fixture, read } from './fixtures.ts';

const whole = readFileSync(fixture('tiny.weights.h5'));
const heap = whole.indexOf('GCOL');
/** The object after the last text, which is free. */
const free = whole.indexOf('predictions', heap) + 16;

const damages: [string, (copy: Buffer) => void][] = [
  ['a free object without a size', (copy) => copy.fill(0, free + 8, free + 16)],
  ['a text that ends beyond its heap', (copy) => copy.fill(0xff, heap + 16 + 8, heap + 16 + 16)],
  ['a heap that ends in what comes after it', (copy) => void copy.writeUInt32LE(4290, heap + 8)],
  ['a heap that ends beyond the file', (copy) => void copy.writeUInt32LE(2 ** 30, heap + 8)],
];

function withheld(copy: Buffer): boolean {
  const block = new Uint8Array(copy.subarray(heap - 40, heap + 40));
  const bytes = {
    size: copy.length,
    read: (into: Uint8Array, position: number) => into.set(copy.subarray(position, position + into.length)),
  };
  withholdEndlessHeaps(block, heap - 40, bytes);
  return !Buffer.from(block).includes('GCOL');
}

test('a sound heap is passed on', () => {
  expect(withheld(whole)).toBe(false);
});

test.each(damages)('%s is kept from the library, which would never end', async (_, damage) => {
  const copy = Buffer.from(whole);
  damage(copy);
  expect(withheld(copy)).toBe(true);
  const path = join(temporaryFolder(), 'damaged.weights.h5');
  writeFileSync(path, copy);
  await expect(read(path)).rejects.toThrow(
    'damaged.weights.h5: expected a sound HDF5 file; bad global heap collection',
  );
});

import { readdirSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { readOrientation } from '../../../src/image/exif.ts';
import { readJpegHeader } from '../../../src/image/jpeg-header.ts';

const folder = new URL('../../fixtures/images/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.jpg'));
const read = (name: string): Buffer => readFileSync(new URL(name, folder));

test.each(names)('the header of %s says what sharp says', async (name) => {
  const bytes = read(name);
  const header = readJpegHeader(bytes)!;
  const meta = await sharp(bytes).metadata();
  expect([header.width, header.height, header.components]).toEqual([meta.width, meta.height, meta.channels]);
  expect(header.icc && Buffer.from(header.icc)).toEqual(meta.icc);
  expect(header.exif ? readOrientation(header.exif) : 1).toBe(meta.orientation ?? 1);
  // sharp's begins with the name of the block.
  expect(header.exif && Buffer.from(header.exif)).toEqual(meta.exif?.subarray(6));
});

test('a header that is cut off anywhere, or whose bytes are flipped, is none or another one, never an exception', () => {
  const bytes = read('display-p3.jpg');
  for (let length = 0; length < 800; length++) expect(readJpegHeader(bytes.subarray(0, length))).toBeNull();
  for (let at = 0; at < 800; at++) {
    const flipped = Buffer.from(bytes);
    flipped[at]! ^= 0xff;
    readJpegHeader(flipped);
  }
});

test('other kinds have none', () => {
  expect(readJpegHeader(read('quadrants.png'))).toBeNull();
  expect(readJpegHeader(new Uint8Array())).toBeNull();
});

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readHeader, readPixels } from '../../../src/image/sharp.ts';
import { decodePlainJpeg } from '../../../src/image/turbo.ts';

const folder = new URL('../../fixtures/images/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.jpg'));
const read = (name: string): Buffer => readFileSync(new URL(name, folder));
const always = () => true;

test('a plain JPEG has the very pixels that sharp gives', async () => {
  let plain = 0;
  for (const name of names) {
    const bytes = read(name);
    const found = await decodePlainJpeg(bytes, always);
    if (!found) continue;
    plain++;
    const header = await readHeader(bytes);
    const { data } = await readPixels(bytes, header, { width: header.width, height: header.height, seconds: 30 });
    expect(Buffer.compare(found.pixels.data, data), name).toBe(0);
  }
  expect(plain).toBeGreaterThanOrEqual(4);
});

test.each(['orientation-6.jpg', 'display-p3.jpg', 'adobe-rgb.jpg', 'cmyk.jpg', 'grey.jpg', 'quadrants.png'])(
  '%s is left to sharp',
  async (name) => expect(await decodePlainJpeg(read(name), always)).toBeNull(),
);

test('what is damaged is left to sharp, and the next picture is decoded as if nothing had been', async () => {
  const bytes = read('orientation-1.jpg');
  const whole = await decodePlainJpeg(bytes, always);
  for (const length of [bytes.length - 2, bytes.length >> 1, 700]) {
    expect(await decodePlainJpeg(bytes.subarray(0, length), always)).toBeNull();
    expect(await decodePlainJpeg(bytes, always)).toEqual(whole);
  }
});

test('nothing is decoded whose size is not wanted', async () => {
  expect(await decodePlainJpeg(read('orientation-1.jpg'), ({ width }) => width > 60)).toBeNull();
});

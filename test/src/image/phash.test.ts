import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodePicture, perceptualHash } from '../../../src/image/index.ts';

/** A picture that a seed decides: 24 x 16 colours, enlarged. It has some of every frequency, as photographs do. */
function draw(seed: number, width = 1200, height = 800) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  const raw = { width: 24, height: 16, channels: 3 } as const;
  return sharp(Buffer.from(Array.from({ length: 24 * 16 * 3 }, next)), { raw }).resize(width, height, { fit: 'fill' });
}

async function hash(bytes: Uint8Array, least?: number): Promise<string> {
  return perceptualHash((await decodePicture(bytes, least ? { least } : {})).whole);
}

function bitsApart(a: string, b: string): number {
  return (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll('0', '').length;
}

describe('perceptualHash', () => {
  test('is 64 bits in hexadecimal, about half of them set', async () => {
    const value = await hash(await draw(1).png().toBuffer());
    expect(value).toMatch(/^[0-9a-f]{16}$/);
    expect(bitsApart(value, '0'.repeat(16))).toBe(32);
  });

  test('hardly depends on how far a picture was reduced while decoding', async () => {
    for (const seed of [1, 2, 3]) {
      const jpeg = await draw(seed).jpeg().toBuffer();
      const full = await hash(jpeg);
      for (const least of [400, 200, 100]) expect(bitsApart(full, await hash(jpeg, least))).toBeLessThanOrEqual(2);
    }
  });

  test('stays close when a picture is resized, recompressed or made brighter', async () => {
    for (const seed of [1, 2, 3]) {
      const original = await hash(await draw(seed).png().toBuffer());
      const copies = [
        draw(seed, 300, 200).jpeg({ quality: 40 }),
        draw(seed).modulate({ brightness: 1.1 }).webp({ quality: 60 }),
      ];
      for (const copy of copies) expect(bitsApart(original, await hash(await copy.toBuffer()))).toBeLessThanOrEqual(8);
    }
  });

  test('is far apart for different pictures', async () => {
    const hashes = await Promise.all([1, 2, 3, 4].map(async (seed) => hash(await draw(seed).png().toBuffer())));
    for (const [i, a] of hashes.entries())
      for (const b of hashes.slice(i + 1)) expect(bitsApart(a, b)).toBeGreaterThan(12);
  });

  test('takes a single pixel', () => {
    expect(perceptualHash({ data: Uint8Array.of(1, 2, 3), width: 1, height: 1 })).toMatch(/^[0-9a-f]{16}$/);
  });
});

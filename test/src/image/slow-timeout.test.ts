import { randomFillSync } from 'node:crypto';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { decodePicture } from '../../../src/image/index.ts';

test('a picture that takes longer than it may is timed_out', async () => {
  // Interlaced, so that nothing can be read in strips, and as many pixels as the limit allows: some seconds of decoding.
  const side = 9_990;
  const raw = { width: side, height: side, channels: 3 } as const;
  const noise = randomFillSync(Buffer.alloc(side * side * 3));
  const png = await sharp(noise, { raw }).png({ progressive: true, compressionLevel: 1 }).toBuffer();
  await expect(decodePicture(png, { limits: { seconds: 1 } })).rejects.toMatchObject({ code: 'timed_out' });
});

import sharp from 'sharp';
import { expect, test } from 'vitest';
import { needsTransform } from '../../../src/image/icc.ts';
import { fixture } from './fixture.ts';

async function profileOf(name: string): Promise<Buffer> {
  return (await sharp(fixture(name)).metadata()).icc!;
}

test.each([
  ['srgb.jpg', false],
  ['display-p3.jpg', true],
  ['adobe-rgb.jpg', true],
])('the profile of %s must be applied: %s', async (name, applied) => {
  expect(needsTransform(await profileOf(name))).toBe(applied);
});

test('a profile that cannot be read is left to the transform', async () => {
  const profile = await profileOf('srgb.jpg');
  for (const length of [0, 100, 140, 300]) expect(needsTransform(profile.subarray(0, length))).toBe(true);
});

test('a linear tone curve is applied though the gamut is that of sRGB', async () => {
  const profile = Buffer.from(await profileOf('display-p3.jpg'));
  // Primaries of sRGB put in the place of those of Display P3, which have the same layout.
  const srgb = await profileOf('srgb.jpg');
  const at = (bytes: Buffer, tag: string) => bytes.readUInt32BE(bytes.indexOf(tag, 128, 'latin1') + 4);
  for (const tag of ['rXYZ', 'gXYZ', 'bXYZ']) srgb.copy(profile, at(profile, tag), at(srgb, tag), at(srgb, tag) + 20);
  expect(needsTransform(profile)).toBe(false);
  for (const tag of ['rTRC', 'gTRC', 'bTRC']) profile.writeUInt16BE(256, at(profile, tag) + 12);
  expect(needsTransform(profile)).toBe(true);
});

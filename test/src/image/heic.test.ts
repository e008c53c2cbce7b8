import { afterEach, expect, test, vi } from 'vitest';
import { decodePicture, hasHeic } from '../../../src/image/index.ts';
import { fixture } from './fixture.ts';

afterEach(() => {
  vi.doUnmock('libheif-js/wasm-bundle');
});

test('hasHeic says that the optional package is here', () => {
  expect(hasHeic()).toBe(true);
});

test('without the optional package a HEIC is unsupported_format, and the hint says what to install', async () => {
  vi.doMock('libheif-js/wasm-bundle', () => {
    throw new Error("Cannot find package 'libheif-js'");
  });
  await expect(decodePicture(fixture('quadrants.heic'))).rejects.toMatchObject({
    code: 'unsupported_format',
    message: expect.stringContaining('libheif-js'),
    hint: 'npm install libheif-js',
  });
});

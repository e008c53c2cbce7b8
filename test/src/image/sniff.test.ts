import { describe, expect, test } from 'vitest';
import { requireKind, sniff } from '../../../src/image/index.ts';
import { fixture } from './fixture.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

/** A little-endian TIFF of one directory with these tags, each one SHORT. */
function tiff(tags: Record<number, number>): Buffer {
  const entries = Object.entries(tags);
  const bytes = Buffer.alloc(8 + 2 + entries.length * 12 + 4);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, value], i) => {
    bytes.writeUInt16LE(Number(tag), 10 + i * 12);
    bytes.writeUInt16LE(3, 12 + i * 12);
    bytes.writeUInt32LE(1, 14 + i * 12);
    bytes.writeUInt16LE(value, 18 + i * 12);
  });
  return bytes;
}

describe('sniff', () => {
  test.each([
    ['orientation-1.jpg', 'jpeg'],
    ['grey16.png', 'png'],
    ['animated.webp', 'webp'],
    ['animated.gif', 'gif'],
    ['pages.tif', 'tiff'],
    ['quadrants.avif', 'avif'],
    ['quadrants.heic', 'heic'],
    ['palette.bmp', 'bmp'],
  ])('knows %s', (name, kind) => {
    expect(sniff(fixture(name))).toBe(kind);
  });

  test.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['SVG', '\xef\xbb\xbf<?xml version="1.0"?>\n<!-- by hand --><svg width="1"/>'],
    ['PDF', '%PDF-1.7'],
    ['JPEG XL', '\xff\x0a\xfa\x1f'],
    ['JPEG XL', '\0\0\0\x0cJXL \r\n\x87\n'],
    ['JPEG 2000', '\0\0\0\x0cjP  \r\n\x87\n'],
    ['Photoshop', '8BPS\0\x01'],
    ['icon', '\0\0\x01\0\x01\0'],
    ['MP4 or QuickTime video', '\0\0\0\x18ftypmp42\0\0\0\0isommp42'],
    ['MP4 or QuickTime video', '\0\0\0\x14ftypqt  \0\0\0\0qt  '],
    ['AVI video', 'RIFF\x10\0\0\0AVI LIST'],
    ['camera raw (Canon CR2)', 'II*\0\x10\0\0\0CR\x02\0'],
    ['camera raw (Canon CR3)', '\0\0\0\x18ftypcrx \0\0\0\x01crx isom'],
    ['camera raw (Fujifilm RAF)', 'FUJIFILMCCD-RAW 0201'],
  ])('names %s as known but not taken', (unsupported, text) => {
    expect(sniff(latin1(text))).toEqual({ unsupported });
  });

  test('tells camera raw files that are TIFF inside from pictures', () => {
    expect(sniff(tiff({ 254: 1, 50706: 1 }))).toEqual({ unsupported: 'camera raw (DNG)' });
    expect(sniff(tiff({ 254: 1, 271: 0, 330: 99 }))).toEqual({ unsupported: 'camera raw' });
    expect(sniff(tiff({ 254: 0, 271: 0, 330: 99 }))).toBe('tiff');
  });

  test('decides by the compatible brands where the major one says only "image file"', () => {
    expect(sniff(latin1('\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf'))).toBe('avif');
    expect(sniff(latin1('\0\0\0\x1cftypmif1\0\0\0\0mif1heicmiaf'))).toBe('heic');
  });

  test.each(['', 'hello', 'BM is a way to begin', 'RIFF\x10\0\0\0WAVEfmt ', '<!DOCTYPE html><html>', '\0'.repeat(64)])(
    'knows nothing that begins with %j',
    (text) => {
      expect(sniff(latin1(text))).toBeNull();
    },
  );
});

test('requireKind says which first bytes it did not know', () => {
  expect(() => requireKind(latin1('hello'))).toThrow('68656c6c6f');
});

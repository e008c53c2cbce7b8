import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { PixkinError } from '../../../src/errors.ts';
import { decodePicture, makeThumbnail } from '../../../src/image/index.ts';
import { fixture } from './fixture.ts';

async function failure(bytes: Uint8Array, limits = {}): Promise<PixkinError> {
  const error = await decodePicture(bytes, { limits }).then(
    () => expect.unreachable('it was decoded'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PixkinError);
  return error as PixkinError;
}

/** The first rows of a PNG whose header says a size that its data never reach. */
function pngOf(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

function crc32(bytes: Buffer): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

describe('a picture that cannot be read', () => {
  test('is zero_bytes when it is empty', async () => {
    expect(await failure(new Uint8Array())).toMatchObject({ code: 'zero_bytes' });
  });

  test('is not_an_image when it is text', async () => {
    const error = await failure(Buffer.from('BMW, Audi and other words in a file named car.jpg'));
    expect(error).toMatchObject({ code: 'not_an_image' });
  });

  test('is unsupported_format when it is an SVG, which is not drawn', async () => {
    const nested = Array.from({ length: 9 }, (_, i) => `<g id="g${i + 1}">${`<use href="#g${i}"/>`.repeat(10)}</g>`);
    const bomb = `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><rect id="g0" width="9" height="9"/>${nested.join('')}</svg>`;
    const error = await failure(Buffer.from(bomb));
    expect(error).toMatchObject({ code: 'unsupported_format', message: expect.stringContaining('SVG') });
    // Were it ever let through, sharp still has no loader for it.
    await expect(sharp(Buffer.from(bomb)).metadata()).rejects.toThrow('unsupported image format');
  });

  test.each([
    'orientation-1.jpg',
    'progressive.jpg',
    'quadrants.png',
    'quadrants.webp',
    'quadrants.gif',
    'quadrants.tif',
    'quadrants.avif',
    'quadrants.heic',
    'quadrants.bmp',
  ])('is truncated when it is any beginning of %s', async (name) => {
    const bytes = fixture(name);
    for (const part of [0.3, 0.5, 0.8]) {
      expect(await failure(bytes.subarray(0, Math.floor(bytes.length * part)))).toMatchObject({ code: 'truncated' });
    }
  });

  test('is truncated when a JPEG lacks its last two bytes', async () => {
    expect(await failure(fixture('orientation-1.jpg').subarray(0, -2))).toMatchObject({ code: 'truncated' });
  });

  test.each(['orientation-1.jpg', 'noise.png'])(
    'is truncated when the tail of %s is reserved, not written',
    async (name) => {
      const bytes = fixture(name);
      bytes.fill(0, Math.floor(bytes.length * 0.6));
      expect(await failure(Buffer.concat([bytes, Buffer.alloc(1000)]))).toMatchObject({ code: 'truncated' });
    },
  );

  test('is read when only zeros follow its end', async () => {
    const padded = Buffer.concat([fixture('orientation-1.jpg'), Buffer.alloc(1000)]);
    expect(await decodePicture(padded)).toMatchObject({ width: 60, height: 40 });
  });

  test('is corrupt when bytes in a PNG are wrong', async () => {
    const bytes = fixture('noise.png');
    bytes.fill(0x55, 1000, 1100);
    expect(await failure(bytes)).toMatchObject({ code: 'corrupt' });
  });

  test('is corrupt when the strips of a TIFF say nonsense', async () => {
    const bytes = fixture('quadrants.tif');
    // Bits per sample: 8 becomes 77.
    const at = bytes.indexOf(Buffer.from([8, 0, 8, 0, 8, 0]));
    bytes[at] = 77;
    expect(await failure(bytes)).toMatchObject({ code: 'corrupt' });
  });

  test('is too_large by its header alone', async () => {
    const error = await failure(pngOf(20_000, 20_000));
    expect(error).toMatchObject({ code: 'too_large', message: expect.stringContaining('20000 x 20000') });
  });

  test.each(['quadrants.png', 'quadrants.heic', 'quadrants.bmp'])(
    'is too_large beyond the given limit: %s',
    async (name) => {
      expect(await failure(fixture(name), { pixels: 2399 })).toMatchObject({ code: 'too_large' });
      expect(await decodePicture(fixture(name), { limits: { pixels: 2400 } })).toMatchObject({ width: 60 });
    },
  );

  test('has the same reason when a thumbnail is asked for', async () => {
    const half = fixture('quadrants.png').subarray(0, 100);
    await expect(makeThumbnail(half, 32)).rejects.toMatchObject({ code: 'truncated' });
    await expect(makeThumbnail(new Uint8Array(), 32)).rejects.toMatchObject({ code: 'zero_bytes' });
  });

  test('says something that a person can read', async () => {
    const { message } = await failure(fixture('quadrants.webp').subarray(0, 50));
    expect(message).toBe('this WebP ends before its picture does');
  });
});

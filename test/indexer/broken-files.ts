import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import type { FailureReason } from '../../src/types.ts';
import { age, fixtures } from './command-line.ts';

/** Ten files with a picture's name that are none, and the reasons that quarantine may give for each. */
export const brokenFiles: Readonly<Record<string, readonly FailureReason[]>> = {
  'broken-cut.jpg': ['truncated'],
  'broken-empty.jpg': ['zero_bytes'],
  'broken-text.jpg': ['not_an_image'],
  'broken-bomb.png': ['unsupported_format'],
  'broken-huge.png': ['too_large'],
  'broken-half.webp': ['truncated', 'corrupt'],
  'broken-half.tif': ['truncated', 'corrupt'],
  'broken-half.gif': ['truncated', 'corrupt'],
  'broken-noise.jpg': ['corrupt', 'truncated'],
  'broken-paper.jpg': ['unsupported_format'],
};

/** Writes the ten files into a folder. */
export function writeBrokenFiles(folder: string): void {
  const half = (name: string): Buffer => {
    const bytes = readFileSync(join(fixtures, name));
    return bytes.subarray(0, bytes.length / 2);
  };
  const entities = Array.from({ length: 9 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('');
  const bytes: Record<keyof typeof brokenFiles, Uint8Array | string> = {
    'broken-cut.jpg': half('srgb.jpg'),
    'broken-empty.jpg': '',
    'broken-text.jpg': 'this is no picture\n',
    'broken-bomb.png': `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e0 "ha">${entities}]><svg xmlns="http://www.w3.org/2000/svg"><text>&e9;</text></svg>`,
    'broken-huge.png': hugePng(20_000),
    'broken-half.webp': half('animated.webp'),
    'broken-half.tif': half('quadrants.tif'),
    'broken-half.gif': half('quadrants.gif'),
    'broken-noise.jpg': Buffer.concat([
      Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
      randomBytes(4000),
    ]),
    'broken-paper.jpg': '%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n',
  };
  for (const [name, content] of Object.entries(bytes)) {
    writeFileSync(join(folder, name), content);
    age(join(folder, name));
  }
}

/** A valid black PNG of `edge` x `edge` pixels, one bit each: 50 kB for 400 megapixels. */
function hugePng(edge: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(edge, 0);
  header.writeUInt32BE(edge, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc(edge * (1 + Math.ceil(edge / 8))));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

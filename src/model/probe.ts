/**
 * Pictures to try a network with, where there are none of the user's.
 */

/**
 * A BMP of 24 bits with edges, colours and noise in it, another one for each seed.
 * @param width a multiple of 4, so that rows need no padding
 */
export function probePicture(seed: number, width = 500, height = 332): Uint8Array {
  const header = 54;
  const bytes = Buffer.alloc(header + width * height * 3);
  bytes.write('BM', 'latin1');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(header, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  let noise = seed + 1;
  for (let y = 0, at = header; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const tile = ((x >> 5) * 73 + (y >> 5) * 151 + seed * 97) & 255;
      noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) | 0;
      const grain = (noise >>> 28) + tile;
      bytes[at++] = (grain + x) & 255;
      bytes[at++] = (grain + y) & 255;
      bytes[at++] = (grain * 2 + (x ^ y)) & 255;
    }
  }
  return bytes;
}

/** BMP: the one common format that sharp does not read. */
import { decode } from 'bmp-ts';
import type { Raster } from './raster.ts';

/** Size in pixels by the header, or null where the bytes end before it does. */
export function readBmpSize(bytes: Uint8Array): { width: number; height: number } | null {
  if (bytes.length < 26) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // OS/2 1.x has 16-bit sizes.
  if (view.getUint32(14, true) === 12) return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
  // A negative height means that rows go from the top down.
  return { width: view.getUint32(18, true), height: Math.abs(view.getInt32(22, true)) };
}

/** Its size must have been checked before. Taken as opaque: most writers leave the fourth byte unused. Throws what the decoder threw. */
export function decodeBmp(bytes: Uint8Array): Raster {
  const { data, width, height } = decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  // Its own order is alpha, blue, green, red; what it calls RGBA is wrong for palettes.
  for (let i = 0; i < data.length; i += 4) {
    const [blue, green, red] = [data[i + 1]!, data[i + 2]!, data[i + 3]!];
    data[i] = red;
    data[i + 1] = green;
    data[i + 2] = blue;
    data[i + 3] = 255;
  }
  return { data, width, height };
}

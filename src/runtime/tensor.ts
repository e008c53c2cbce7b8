/**
 * Pixels as the numbers that a network takes: layout, colour order and normalisation, as its manifest says.
 */
import { PixkinError } from '../errors.ts';
import type { InputSpec } from '../model/manifest.ts';
import { normalisationOf } from '../model/normalisation.ts';
import type { Pixels } from '../types.ts';

/** What one run is fed: `batch` pictures one after the other, `dims` with the batch first. */
export interface InputData {
  readonly data: Uint8Array | Float32Array;
  readonly dims: readonly [number, number, number, number];
}

/**
 * Lays pictures out for one run. Bytes in the decoder's own order (NHWC, RGB, uint8) are passed on as they are.
 * @param slots pictures in the tensor; those beyond `batch` are zeros (for networks whose batch is fixed)
 * @throws PixkinError `internal` where a picture has not the network's input size
 */
export function inputData(spec: InputSpec, batch: readonly Pixels[], slots = batch.length): InputData {
  const { width, height } = spec;
  for (const pixels of batch) {
    if (pixels.width !== width || pixels.height !== height || pixels.data.length !== width * height * 3) {
      const came = `${pixels.width} x ${pixels.height} in ${pixels.data.length} bytes`;
      throw new PixkinError('internal', `pixels must be ${width} x ${height} x 3 bytes; got ${came}`);
    }
  }
  const dims = spec.layout === 'nhwc' ? ([slots, height, width, 3] as const) : ([slots, 3, height, width] as const);
  const plain = spec.type === 'uint8' && spec.layout === 'nhwc' && spec.colour === 'rgb';
  const [only] = batch;
  if (plain && slots === 1 && only) return { data: only.data, dims };

  const length = width * height * 3;
  const data = spec.type === 'uint8' ? new Uint8Array(slots * length) : new Float32Array(slots * length);
  const write = plain ? undefined : writer(spec);
  batch.forEach((pixels, i) => {
    const target = data.subarray(i * length, (i + 1) * length);
    if (write) write(pixels.data, target);
    else target.set(pixels.data);
  });
  return { data, dims };
}

function writer(spec: InputSpec): (from: Uint8Array, to: Uint8Array | Float32Array) => void {
  const tables = lookupTables(spec);
  const area = spec.width * spec.height;
  const [step, plane] = spec.layout === 'nhwc' ? [3, 1] : [1, area];
  return (from, to) => {
    for (let channel = 0; channel < 3; channel++) {
      const table = tables[channel]!;
      const source = spec.colour === 'rgb' ? channel : 2 - channel;
      for (let i = 0; i < area; i++) to[i * step + channel * plane] = table[from[i * 3 + source]!]!;
    }
  };
}

/** A byte has 256 values: each channel's normalisation is a table of as many, in the order of the network's channels. */
function lookupTables(spec: InputSpec): Float32Array[] {
  const { scale, mean, std } = normalisationOf(spec);
  return [0, 1, 2].map((c) => Float32Array.from({ length: 256 }, (_, byte) => (byte * scale - mean[c]!) / std[c]!));
}

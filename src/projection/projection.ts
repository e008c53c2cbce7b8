/**
 * Fewer numbers for the same picture: its unit vector, less the mean of the library, along the library's principal components.
 *
 * Measured on 150 flowers asked against 650 others, 1,280 numbers to 128, P@1 / P@10 / mAP: .867 / .775 / .507 unprojected; .867 / .787 /
 * .515 without taking the mean away; .873 / .792 / .541 with it. Never whitened: small components are mostly noise.
 */
import { createHash } from 'node:crypto';
import { unit } from '../catalog/tables/spaces.ts';
import type { SpaceId } from '../types.ts';

/** Pictures for each number, at least: with fewer, components fit the sample and not the library. */
export const leastForEach = 4;

/** What was fitted. `components`: `mean.length` numbers for each number that comes out, rows first. */
export interface Projection {
  readonly mean: Float32Array;
  readonly components: Float32Array;
}

/** The id of the space of these projections of another space's vectors. */
export function projectedSpace(base: SpaceId, { mean, components }: Projection): SpaceId {
  const hash = createHash('sha256').update(base);
  for (const { buffer, byteOffset, byteLength } of [mean, components]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex').slice(0, 16);
}

/** @returns a function from a vector of any length to its projection, not normalised. Throws RangeError for one without a direction. */
export function createProjector({ mean, components }: Projection): (raw: Float32Array) => Float32Array {
  const dim = mean.length;
  const count = components.length / dim;
  return (raw) => {
    const { vector } = unit(raw);
    for (let i = 0; i < dim; i++) vector[i]! -= mean[i]!;
    const projected = new Float32Array(count);
    for (let row = 0; row < count; row++) {
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      const at = row * dim;
      let i = 0;
      for (; i + 3 < dim; i += 4) {
        s0 += vector[i]! * components[at + i]!;
        s1 += vector[i + 1]! * components[at + i + 1]!;
        s2 += vector[i + 2]! * components[at + i + 2]!;
        s3 += vector[i + 3]! * components[at + i + 3]!;
      }
      for (; i < dim; i++) s0 += vector[i]! * components[at + i]!;
      projected[row] = s0 + s1 + s2 + s3;
    }
    return projected;
  };
}

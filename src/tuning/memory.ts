/**
 * How many pictures' gradients fit into memory.
 */
import { PixkinError } from '../errors.ts';
import type { BatchNormMode } from './options.ts';

/** Bytes that are asked for at once where a batch can be computed in pieces. */
const [usual, ofGpu] = [2 ** 30, 2 ** 33];
/** Most that was seen to fit into the 4 GB of wasm, by the estimate below, which is of what layers give and not of gradients. */
const ofWasm = 1.3e9;

/**
 * Pictures whose gradients are computed at once.
 * @param sizes numbers that each call of the trained part gives for a picture
 * @throws PixkinError `invalid_request`: a batch cannot be computed in pieces, and does not fit into wasm's memory
 */
export function picturesAtOnce(
  sizes: readonly number[],
  device: { readonly device: string; readonly runtime: string },
  o: { readonly batch: number; readonly batchNorm: BatchNormMode },
): number {
  // As much again on the way from one layer to the next.
  const bytes = 2 * 4 * sizes.reduce((sum, size) => sum + size, 0);
  const most = Math.max(1, Math.floor(ofWasm / bytes));
  if (o.batchNorm === 'batch' && device.runtime.endsWith('(wasm)') && o.batch > most) {
    throw new PixkinError(
      'invalid_request',
      `batch must be at most ${most} for this network on wasm with the statistics of batches (batchNorm batch); got ${o.batch}`,
      { hint: 'or unfreeze fewer layers, take smaller pictures (size), or npm i @tensorflow/tfjs-node' },
    );
  }
  return Math.max(1, Math.floor((device.device === 'cuda' ? ofGpu : usual) / bytes));
}

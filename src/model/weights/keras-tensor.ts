import type { StoredTensor } from '../network.ts';
import type { H5 } from './h5.ts';
import { invalidFile } from './invalid.ts';

/**
 * A dataset of a Keras file. Undefined for state that is no weight: counters and the seeds of random numbers, which are whole
 * numbers of rank 0 and 1.
 * @throws PixkinError `backbone_invalid` where there is none, and for weights of whole numbers (quantised by Keras)
 */
export function storedTensor(h5: H5, path: string, o: { name: string; label: string }): StoredTensor | undefined {
  const { name, label } = o;
  if (h5.kind(path) !== 'dataset') throw invalidFile(label, `expected a dataset at ${path}; got none`);
  const { shape, type, read } = h5.tensor(path);
  if (type !== 'integer') return { name, shape, read };
  if (shape.length <= 1) return undefined;
  throw invalidFile(label, `expected floats at ${path}; got whole numbers: quantised weights must be saved as floats`);
}

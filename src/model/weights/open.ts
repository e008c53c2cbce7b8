import type { WeightsFile } from '../network.ts';
import { type OpenFile, openFile } from './bytes.ts';
import { invalidFile } from './invalid.ts';
import { openKerasArchive } from './keras-archive.ts';
import { openKerasH5 } from './keras-h5.ts';
import { headerLength, openSafetensors } from './safetensors.ts';
import { openTfjs } from './tfjs-json.ts';

const FORMATS = "Keras' .h5, .weights.h5 or .keras, model.json of TensorFlow.js, or .safetensors";

/**
 * Opens a file of weights. Its content says what it is: HDF5 of Keras (weights only or a whole model, of any version), a
 * `.keras` archive, `model.json` of TensorFlow.js, or safetensors. Tensors are read when they are asked for, one by one, as float32.
 * @throws PixkinError `backbone_not_found` (no such file), `backbone_invalid` (damaged, cut short, or another format; says what
 * was expected)
 */
export async function openWeights(path: string): Promise<WeightsFile> {
  const file = openFile(path);
  try {
    const weights = await openByContent(file, path);
    let isOpen = true;
    const close = (): void => {
      if (isOpen) weights.close();
      isOpen = false;
      file.close();
    };
    return { ...weights, close };
  } catch (error) {
    file.close();
    throw error;
  }
}

async function openByContent(file: OpenFile, path: string): Promise<WeightsFile> {
  if (headerLength(file) !== undefined) return openSafetensors(file);
  const bytes = Buffer.alloc(Math.min(16, file.size));
  file.read(bytes, 0);
  const first = bytes.toString('latin1');
  if (first.startsWith('\x89HDF\r\n\x1a\n')) return openKerasH5(file, file.label);
  if (first.startsWith('PK')) return openKerasArchive(file);
  if (/^\s*[{[]/.test(first)) return openTfjs(file, path);
  const came = file.size === 0 ? 'an empty file' : `a file that begins with ${bytes.toString('hex', 0, 8)}`;
  throw invalidFile(file.label, `expected ${FORMATS}; got ${came}`);
}

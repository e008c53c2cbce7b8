/** TF.js on wasm with the gradients that it lacks, and numbers to compute with. */
import { randomStream } from '../../../src/head/random.ts';
import type { Tf } from '../../../src/model/to-tfjs/index.ts';
import { loadTfjs } from '../../../src/runtime/tfjs-load.ts';
import { registerGradients } from '../../../src/tuning/kernels/index.ts';

export async function trainableWasm(): Promise<Tf> {
  const { tf } = await loadTfjs('wasm');
  registerGradients(tf);
  return tf;
}

/** Numbers from -1 to 1, the same for a seed. */
export function noise(length: number, seed: number): Float32Array {
  const random = randomStream(seed, 4711);
  return Float32Array.from({ length }, () => 2 * random() - 1);
}

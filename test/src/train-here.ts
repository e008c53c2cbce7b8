import { encodeHead } from '../../src/head/encode.ts';
import { runTraining } from '../../src/training/run.ts';
import type { trainHead } from '../../src/training/train.ts';
import { multiply } from './head/multiply.ts';

/** The same training as that of the child process, in this one, with products as they are defined. */
export const trainHere: typeof trainHead = async (data, options, { signal, onProgress } = {}) => {
  const { head, report } = await runTraining(data, options, {
    multiply,
    runtime: 'this process',
    onProgress(progress) {
      onProgress?.(progress);
      signal?.throwIfAborted();
    },
    async pause() {
      await new Promise(setImmediate);
    },
  });
  return { head, bytes: encodeHead(head), report, device: { device: 'cpu', why: 'it is a test' } };
};

/** Begins a training that takes for ever, and tells its process's number once that is at work. */
import { trainHead } from '../../../src/training/train.ts';
import { blobs } from '../head/blobs.ts';

let pid = 0;
await trainHead(
  blobs({ a: 20, b: 20 }),
  { epochs: 10_000, patience: 0 },
  {
    backend: 'wasm',
    onStart: (started) => {
      pid = started;
    },
    onProgress: ({ step }) => {
      if (step === 1) process.send?.(pid);
    },
  },
);

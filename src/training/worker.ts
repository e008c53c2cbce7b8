/**
 * What runs in the training process: reads an order, finds TensorFlow.js, trains, and sends the head.
 */
import { encodeHead } from '../head/encode.ts';
import { resolveHeadOptions } from '../head/options.ts';
import { checkTrainingData, fingerprintOf } from '../head/training-data.ts';
import { answerParent } from './answer.ts';
import { type CheckpointKey, loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { multiplier } from './multiplier.ts';
import { type Message, type Order, readOrder } from './protocol.ts';
import { runTraining } from './run.ts';

/** Between two looks at what the parent does, in milliseconds. */
const pauseEvery = 100;
const usualCheckpointEvery = 5000;

await answerParent<Message>(async (tell) => {
  const { order, vectors } = await readOrder(process.stdin);
  return train(order, vectors, tell);
});

async function train(order: Order, vectors: Float32Array, tell: (message: Message) => unknown): Promise<Message> {
  const { options, backend, checkpoint, ...rest } = order;
  const data = { ...rest, vectors };
  // Before anything is loaded.
  const { labels } = checkTrainingData(data);
  const resolved = resolveHeadOptions(options, { pictures: rest.pictures.length, classes: labels.length });
  const { loadTfjs } = await import('../runtime/tfjs-load.ts');
  const { tf, device } = await loadTfjs(backend);
  const { runtime } = device;
  const key: CheckpointKey = { data: fingerprintOf(data), options: JSON.stringify(resolved), runtime };
  let saved = performance.now();
  let paused = performance.now();
  const { head, report } = await runTraining(data, options, {
    multiply: multiplier(tf),
    runtime,
    saved: checkpoint && (await loadCheckpoint(checkpoint.path, key)),
    async onProgress(progress, save) {
      if (checkpoint && performance.now() - saved >= (checkpoint.everyMs ?? usualCheckpointEvery)) {
        await saveCheckpoint(checkpoint.path, key, save());
        saved = performance.now();
      }
      // Kept first, where that is due: who kills this process at a message finds it.
      void tell({ type: 'progress', progress });
    },
    pause() {
      if (performance.now() - paused < pauseEvery) return undefined;
      paused = performance.now();
      return new Promise(setImmediate);
    },
  });
  return { type: 'done', head: encodeHead(head), report, device };
}

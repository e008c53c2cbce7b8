/**
 * What runs in the training process: reads an order, finds TensorFlow.js, trains, and sends the head. It ends with its parent, however that died, and
 * not by itself at Ctrl-C, which reaches every process of a terminal.
 */
import { toPixkinError } from '../errors.ts';
import { encodeHead } from '../head/encode.ts';
import type { MatMul } from '../head/matmul.ts';
import { resolveHeadOptions } from '../head/options.ts';
import { checkTrainingData, fingerprintOf } from '../head/training-data.ts';
import type { Tf } from '../model/to-tfjs/index.ts';
import { type CheckpointKey, loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { type Message, type Order, readOrder } from './protocol.ts';
import { runTraining } from './run.ts';

/** Between two looks at what the parent does, in milliseconds. */
const pauseEvery = 100;
const usualCheckpointEvery = 5000;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
const orphaned = (): void => void process.kill(process.pid, 'SIGKILL');
process.on('disconnect', orphaned);

try {
  const { order, vectors } = await readOrder(process.stdin);
  await tell(await train(order, vectors));
} catch (error) {
  const { code, message, hint } = toPixkinError(error);
  await tell({ type: 'failed', error: { code, message, hint } });
}
process.off('disconnect', orphaned);
process.disconnect?.();

async function train(order: Order, vectors: Float32Array): Promise<Message> {
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

/** Not in `tf.tidy`, which looks at each number of what is returned from it. */
function multiplier(tf: Tf): MatMul {
  return (a, b, rows, inner, columns) => {
    const [left, right] = [tf.tensor2d(a, [rows, inner]), tf.tensor2d(b, [inner, columns])];
    const product = tf.matMul(left, right);
    const numbers = product.dataSync<'float32'>();
    tf.dispose([left, right, product]);
    return numbers;
  };
}

/** Resolves when the message is on its way. A parent that is gone has no ears: 'disconnect' follows. */
function tell(message: Message): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });
}

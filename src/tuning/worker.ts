/**
 * What runs in the tuning process: reads an order, finds TensorFlow.js, trains, and says what came of it. It ends with its parent, however that died,
 * and not by itself at Ctrl-C, which reaches every process of a terminal.
 */
import { toPixkinError } from '../errors.ts';
import { resolveTuneOptions } from './options.ts';
import type { Message, Order } from './protocol.ts';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
const orphaned = (): void => void process.kill(process.pid, 'SIGKILL');
process.on('disconnect', orphaned);

try {
  await tell({ type: 'done', result: await tune(await readOrder()) });
} catch (error) {
  const { code, message, hint } = toPixkinError(error);
  await tell({ type: 'failed', error: { code, message, hint } });
}
process.off('disconnect', orphaned);
process.disconnect?.();

async function readOrder(): Promise<Order> {
  const pieces: Uint8Array[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Uint8Array);
  return JSON.parse(Buffer.concat(pieces).toString('utf8')) as Order;
}

async function tune(order: Order) {
  // Before anything is loaded.
  resolveTuneOptions(order.options);
  const { loadTfjs } = await import('../runtime/tfjs-load.ts');
  const { registerGradients } = await import('./kernels/index.ts');
  const { backendNote } = await import('./words.ts');
  const { runTuning } = await import('./engine.ts');
  const loaded = await loadTfjs(order.backend);
  registerGradients(loaded.tf);
  const text = backendNote(loaded.device.runtime);
  if (text !== null) void tell({ type: 'note', text });
  const { inputData } = await import('../runtime/tensor.ts');
  const images = { ...(await import('../image/index.ts')), ...(await import('../workers/read.ts')) };
  return runTuning(order, { ...loaded, inputData, images }, (message) => void tell(message));
}

/** Resolves when the message is on its way. A parent that is gone has no ears: 'disconnect' follows. */
function tell(message: Message): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });
}

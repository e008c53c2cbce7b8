/**
 * What runs in the tuning process: reads an order, finds TensorFlow.js, trains, and says what came of it.
 */
import { answerParent } from '../training/answer.ts';
import { resolveTuneOptions } from './options.ts';
import type { Message, Order } from './protocol.ts';

await answerParent<Message>(async (tell) => ({ type: 'done', result: await tune(await readOrder(), tell) }));

async function readOrder(): Promise<Order> {
  const pieces: Uint8Array[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Uint8Array);
  return JSON.parse(Buffer.concat(pieces).toString('utf8')) as Order;
}

async function tune(order: Order, tell: (message: Message) => unknown) {
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

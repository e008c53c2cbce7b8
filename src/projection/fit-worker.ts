/**
 * Runs in a child process: reads vectors (float32 in the machine's byte order) from stdin, and fits a projection to them. Ends when its
 * parent does.
 */
import type { FitOrder, Fitted } from './fit.ts';
import { principalComponents } from './principal-components.ts';

const orphaned = (): never => process.exit(1);
process.on('disconnect', orphaned);
// Ctrl-C reaches every process of a terminal; the parent decides what it means.
process.on('SIGINT', () => {});

const { dim, components: wanted, most } = JSON.parse(process.argv[2]!) as FitOrder;
const data = new Float32Array(most * dim);
const bytes = new Uint8Array(data.buffer);
let filled = 0;
for await (const piece of process.stdin as AsyncIterable<Buffer>) {
  bytes.set(piece, filled);
  filled += piece.length;
}
const count = Math.floor(filled / (4 * dim));
const { openProduct } = await import('../runtime/onnx.ts');
const product = await openProduct();
const mean = takeMean();
const centred = { data: data.subarray(0, count * dim), rows: count, columns: dim };
const { components, explained } = await principalComponents(centred, wanted, product);
const projected = await product(centred, components, { transposeB: true });
const fitted: Fitted = { mean, components: components.data, explained, projected: projected.data };
process.send!(fitted, () => {
  process.off('disconnect', orphaned);
  process.disconnect();
});

/** The mean of all vectors, which is taken away from them. */
function takeMean(): Float32Array {
  const mean = new Float64Array(dim);
  const rows = Array.from({ length: count }, (_, i) => data.subarray(i * dim, (i + 1) * dim));
  for (const row of rows) for (let i = 0; i < dim; i++) mean[i]! += row[i]! / count;
  for (const row of rows) for (let i = 0; i < dim; i++) row[i]! -= mean[i]!;
  return Float32Array.from(mean);
}

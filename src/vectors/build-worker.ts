/**
 * Runs in a child process: reads records (content as uint32, then `dim` float32, in the machine's byte order) from stdin, adds them to
 * an HNSW index, saves it. Ends when its parent does.
 */
import type { ContentId, Entry } from '../types.ts';
import type { BuildMessage, BuildOrder } from './build.ts';
import { hashFile } from './hash-file.ts';
import { type HnswIndex, loadHnsw } from './hnsw.ts';

const orphaned = (): never => process.exit(1);
process.on('disconnect', orphaned);
// Ctrl-C reaches every process of a terminal; the parent decides what it means.
process.on('SIGINT', () => {});

const order = JSON.parse(process.argv[2]!) as BuildOrder;
const library = await loadHnsw();
if (!library) throw new Error('hnswlib-node is not installed');
const index = library.create(order);
await addAll(index, order.dim);
await index.save(order.path);
send({ type: 'built', count: index.size, ...(await hashFile(order.path)) });
process.off('disconnect', orphaned);
process.disconnect();

async function addAll(to: HnswIndex, dim: number): Promise<void> {
  const recordBytes = 4 * (dim + 1);
  let rest: Buffer = Buffer.alloc(0);
  let told = performance.now();
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([rest, piece]);
    const whole = Math.floor(bytes.length / recordBytes);
    // Copied, so that numbers lie where a Float32Array may begin.
    const { buffer } = new Uint8Array(bytes.subarray(0, whole * recordBytes));
    const add: Entry[] = [];
    for (let at = 0; at < buffer.byteLength; at += recordBytes) {
      const content: ContentId = new Uint32Array(buffer, at, 1)[0]!;
      add.push({ content, vector: new Float32Array(buffer, at + 4, dim) });
    }
    rest = bytes.subarray(whole * recordBytes);
    await to.apply({ add, remove: [], revision: 0 });
    if (performance.now() - told < 100) continue;
    told = performance.now();
    send({ type: 'progress', done: to.size });
  }
}

function send(message: BuildMessage): void {
  process.send?.(message);
}

/** A process with a worker, for tests that end it from outside. Prints the worker's process number, then keeps it busy. */
import { join } from 'node:path';
import { forkable } from '../../../src/files.ts';
import { createWorkers } from '../../../src/workers/pool.ts';

const [folder = '', action = ''] = process.argv.slice(2);
const script = forkable(new URL('./faulty-worker', import.meta.url));
const workers = createWorkers({ backbone: '/models/good', device: 'cpu', size: 1, script });
const { sha256 } = await workers.fingerprint({ path: join(folder, 'good') });
console.log(sha256);
await workers.embed({ path: join(folder, action) });

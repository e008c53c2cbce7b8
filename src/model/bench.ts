/**
 * How many pictures a second a network takes on this machine, with the processes that index: read, decode, resize, run.
 */
import type { Backbone } from './backbone.ts';
import { machine, type Speed } from './speeds.ts';
import { type Trial, type TrialOptions, withTrial } from './trial.ts';

export interface BenchOptions extends TrialOptions {
  /** The id of the space, so that a network that was replaced is not given the speed of the old one. */
  readonly space: string;
  /** How long pictures are counted, after each process has had one; absent: 3 seconds. */
  readonly seconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws PixkinError what loading the network throws; `cancelled` */
export async function benchNetwork(backbone: Backbone, o: BenchOptions): Promise<Speed> {
  return withTrial(backbone, o, async (trial) => {
    // Each process loads the network with its first picture.
    const { size } = trial.workers.stats();
    await Promise.all(Array.from({ length: size }, (_, i) => embed(trial, i, o.signal)));
    return {
      name: backbone.manifest.name,
      space: o.space,
      runtime: o.runtime ?? 'onnx',
      device: trial.device.device,
      workers: size,
      pictures_per_second: await count(trial, size, (o.seconds ?? 3) * 1000, o.signal),
      machine: machine(),
    };
  });
}

/** Keeps every process busy until the time is over, and waits for the last ones, which count. */
async function count(trial: Trial, size: number, ms: number, signal: AbortSignal | undefined): Promise<number> {
  const start = performance.now();
  let done = 0;
  const lane = async (): Promise<void> => {
    do {
      await embed(trial, done, signal);
      done++;
    } while (performance.now() - start < ms);
  };
  // One picture waits for each process, so that none is idle while an answer is on its way.
  await Promise.all(Array.from({ length: 2 * size }, lane));
  return done / ((performance.now() - start) / 1000);
}

const embed = ({ workers, pictures }: Trial, i: number, signal: AbortSignal | undefined) =>
  workers.embed({ path: pictures[i % 2 === 0 ? 0 : 1] }, signal ? { signal } : {});

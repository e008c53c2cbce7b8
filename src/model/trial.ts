/**
 * Worker processes for a network that is tried out: the same that index with it, without a collection. What the network
 * breaks, breaks there.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Device, DeviceReport, Pooling, Runtime, Workers } from '../types.ts';
import type { Backbone } from './backbone.ts';
import { probePicture } from './probe.ts';

export interface TrialOptions {
  readonly device: Device;
  /** Absent: ONNX Runtime. */
  readonly runtime?: Runtime | undefined;
  /** Processes; absent: as many as index. */
  readonly workers?: number | undefined;
  /** How it is cut and pooled; absent parts: as its manifest says. */
  readonly output?: { readonly layer?: string; readonly pooling?: Pooling } | undefined;
  /** The environment of the processes. */
  readonly env: NodeJS.ProcessEnv;
}

export interface Trial {
  readonly device: DeviceReport;
  readonly workers: Workers;
  /** Two JPEGs of 500 x 332 pixels that do not look alike. */
  readonly pictures: readonly [path: string, path: string];
}

/** Loads the network, and ends its processes again. @throws PixkinError what loading it throws */
export async function withTrial<T>(
  { folder: backbone }: Backbone,
  { device, runtime = 'onnx', workers: size, output, env }: TrialOptions,
  work: (trial: Trial) => Promise<T>,
): Promise<T> {
  const { createWorkers } = await import('../workers/pool.ts');
  const folder = await mkdtemp(join(tmpdir(), 'pixkin-trial-'));
  // Compiled once for all processes.
  const workers = createWorkers({ backbone, output, runtime, device, size, env, compiled: join(folder, 'compiled') });
  try {
    const report = await workers.ready();
    const pictures = [join(folder, '1.jpg'), join(folder, '2.jpg')] as const;
    for (const [seed, path] of pictures.entries()) {
      await writeFile(path, await workers.thumbnail({ bytes: probePicture(seed) }, 500));
    }
    return await work({ device: report, workers, pictures });
  } finally {
    await workers.close();
    await rm(folder, { recursive: true, force: true });
  }
}

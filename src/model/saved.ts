/**
 * The weights of a network as they lie in its folder.
 */
import { basename, join } from 'node:path';
import { assignWeights } from './assign.ts';
import type { KerasBackbone } from './backbone.ts';
import type { Network } from './network.ts';
import { openWeights } from './weights/index.ts';

/**
 * Hands over a network whose weights are read when they are asked for, and closes its file.
 * @throws PixkinError `backbone_invalid`: the weights cannot be read, or are not those of the topology
 */
export async function withNetwork<T>(
  { folder, manifest, config }: KerasBackbone,
  work: (network: Network) => T | Promise<T>,
): Promise<T> {
  const stored = await openWeights(join(folder, manifest.file));
  try {
    return await work({ config, weights: assignWeights(config, stored, `${basename(folder)}/${manifest.file}`) });
  } finally {
    stored.close();
  }
}

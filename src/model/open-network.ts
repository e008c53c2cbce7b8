/**
 * A network as data with its weights, ready to be compiled for any runtime.
 */
import { basename, join } from 'node:path';
import { PixkinError } from '../errors.ts';
import { assignWeights } from './assign.ts';
import type { KerasBackbone } from './backbone.ts';
import { type Outputs, outputsOf } from './embedding.ts';
import { digestOf } from './hash.ts';
import type { Network } from './network.ts';
import { openWeights } from './weights/index.ts';

export interface OpenNetwork {
  /** Its tensors are read when they are asked for, until it is closed. */
  readonly network: Network;
  readonly outputs: Outputs;
  close(): void;
}

/**
 * Opens the weights of a backbone, whose hash is looked at first.
 * @param o.classes with the layers that tell classes apart, where there are some
 * @throws PixkinError `backbone_invalid`: the hash is not the manifest's, or the weights are not those of the topology
 */
export async function openNetwork(backbone: KerasBackbone, o: { classes: boolean }): Promise<OpenNetwork> {
  const { folder, manifest, config: whole } = backbone;
  const path = join(folder, manifest.file);
  const label = `${basename(folder)}/${manifest.file}`;
  const found = await digestOf(path, 'sha256').catch((cause: NodeJS.ErrnoException) => {
    throw new PixkinError('backbone_invalid', `${label}: expected the weights of the network; got ${cause.code}`, {
      cause,
    });
  });
  if (found !== manifest.sha256) {
    throw new PixkinError(
      'backbone_invalid',
      `${label}: sha256 must be ${manifest.sha256}, as model.json says; got ${found}`,
    );
  }
  const file = await openWeights(path);
  try {
    const outputs = outputsOf(backbone, o);
    const kept = new Set(outputs.config.config.layers.map(({ name }) => name));
    const dropped = whole.config.layers.map(({ name }) => name).filter((name) => !kept.has(name));
    const weights = assignWeights(outputs.config, file, label, { allowSurplus: new Set(dropped) });
    return { network: { config: outputs.config, weights }, outputs, close: () => file.close() };
  } catch (error) {
    file.close();
    throw error;
  }
}

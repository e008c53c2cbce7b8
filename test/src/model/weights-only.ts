/**
 * Files of weights, random and small, as somebody might have them.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { architectures, type ConfigOptions } from '../../../src/model/architectures/index.ts';
import { normaliseConfig } from '../../../src/model/keras-config.ts';
import { networkVariables } from '../../../src/model/layers/index.ts';
import type { LayerConfig, NetworkConfig, Weights } from '../../../src/model/network.ts';
import { writeSafetensors } from '../../../src/model/weights/index.ts';
import { createRandom } from '../../support/random.ts';
import { classifier } from './networks.ts';

/** Of a MobileNet, a quarter as wide as usual, without its topology. */
export async function mobilenetWeights(folder: string, o: Partial<ConfigOptions> = {}): Promise<string> {
  const mobilenet = architectures.get('mobilenet')!;
  const options = { top: false, width: 32, height: 32, alpha: 0.25, ...o };
  return writeRandom(normaliseConfig(mobilenet.config(options), 'mobilenet'), join(folder, 'published.safetensors'));
}

/**
 * A network of two convolutions and five classes for pictures of 6 x 8, its topology in a file beside its weights.
 * @param end layers between the convolutions and the classes; absent: average pooling
 */
export async function smallNetwork(
  folder: string,
  end?: readonly LayerConfig[],
): Promise<{ path: string; topology: string }> {
  const config = classifier(end);
  const topology = join(folder, 'topology.json');
  writeFileSync(topology, JSON.stringify(config));
  return { path: await writeRandom(config, join(folder, 'small.safetensors')), topology };
}

async function writeRandom(config: NetworkConfig, path: string): Promise<string> {
  const { fraction } = createRandom(1);
  const weights: Weights = new Map(
    [...networkVariables(config)].map(([layer, variables]) => [
      layer,
      variables.map(({ name, shape }) => {
        const length = shape.reduce((product, size) => product * size, 1);
        const shift = name === 'moving_variance' ? 0.5 : -0.5;
        return { name, shape, data: Float32Array.from({ length }, () => fraction() + shift) };
      }),
    ]),
  );
  await writeSafetensors(weights, path, { dtype: 'F32' });
  return path;
}

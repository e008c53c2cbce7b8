import { randomStream } from '../head/random.ts';
import { networkVariables } from '../model/layers/index.ts';
import type { NetworkConfig, Tensor, VariableSpec } from '../model/network.ts';

/** The variables of one layer, in memory. */
export type Variables = readonly (VariableSpec & Tensor)[];

/** Tells these numbers from others of the same seed. */
const purpose = 0x1417;

/**
 * Random variables as Keras begins with: kernels evenly between plus and minus the root of `6 / (inputs + outputs)` (X. Glorot and Y. Bengio, AISTATS 2010),
 * scales and variances 1, all others 0. A layer's numbers depend on the seed and its place only. Unlike Keras, each channel of a depthwise kernel
 * counts for itself, since no others reach it: Keras' own begins hundreds of times too small.
 * @param layers those that get some; absent: all
 */
export function initialWeights(
  config: NetworkConfig,
  seed: number,
  layers: ReadonlySet<string> | null = null,
): Map<string, Variables> {
  const all = [...networkVariables(config)].map(([layer, specs], place) => {
    const variables = specs.map((spec, i) => ({ ...spec, data: initial(spec, randomStream(seed, purpose, place, i)) }));
    return [layer, variables] as const;
  });
  return new Map(all.filter(([layer]) => layers === null || layers.has(layer)));
}

function initial({ name, shape }: VariableSpec, random: () => number): Float32Array {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  if (name === 'gamma' || name.endsWith('variance')) return data.fill(1);
  if (!name.endsWith('kernel')) return data;
  const area = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  const [inputs, outputs] = [name === 'depthwise_kernel' ? 1 : shape.at(-2)!, shape.at(-1)!];
  const limit = Math.sqrt(6 / (area * (inputs + outputs)));
  for (let i = 0; i < data.length; i++) data[i] = (2 * random() - 1) * limit;
  return data;
}

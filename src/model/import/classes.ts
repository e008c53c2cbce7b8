/**
 * Which of a network's layers tells classes apart, whether it gives probabilities, and what its classes are called.
 */
import { PixkinError } from '../../errors.ts';
import { tensorKey } from '../calls.ts';
import { networkVariables, shapesOf } from '../layers/index.ts';
import type { LayerConfig, NetworkConfig } from '../network.ts';
import { cutLayer, resizeInput } from '../truncate.ts';
import { imagenetLabels, readLabels } from './labels.ts';
import type { Size, Topology } from './topology.ts';

/** As a manifest has it, and the labels file beside it. */
export interface Classes {
  readonly layer: string;
  readonly activation: 'softmax' | 'logits';
  /** `id TAB name` lines. */
  readonly labels: string;
}

/** Layers that leave numbers as they are. */
const passing: ReadonlySet<string> = new Set(['Reshape', 'Flatten', 'Permute']);
const IMAGENET = 1000;

/**
 * @param file a labels file that somebody named; absent: that of ImageNet where the architecture was published with it, else none
 * @returns `note`: why a network that may tell classes apart has none, to be said
 * @throws PixkinError `usage`: the labels are not those of this network, or it has no classes that could have any
 */
export async function chooseClasses(
  { config, architecture, size }: Topology,
  file: string | undefined,
): Promise<{ classes?: Classes; note?: string }> {
  const output = outputOf(config);
  if (!output) {
    if (file === undefined) return {};
    throw new PixkinError('usage', `--labels needs a network that ends in classes; ${config.config.name} does not`);
  }
  const { layer, count, activation } = output;
  if (activation === undefined || !fits(config, size)) {
    const why = activation
      ? `cannot be used with ${size.width} x ${size.height} pixels`
      : 'is neither softmax nor linear';
    const note = `its output ${layer} ${why}, so it tells no classes apart`;
    if (file === undefined) return { note };
    throw new PixkinError('usage', `--labels: ${note}`);
  }
  const labels = file ?? (architecture && count === IMAGENET ? imagenetLabels : undefined);
  if (labels !== undefined) return { classes: { layer, activation, labels: await readLabels(labels, count) } };
  return { note: `its output ${layer} has ${count} numbers without names: --labels FILE makes classes of them` };
}

/** Whether all of a network takes pictures of a size with the weights that it has: a Dense layer on a flattened picture does not. */
function fits(config: NetworkConfig, { width, height }: Size): boolean {
  const variables = (network: NetworkConfig): string => JSON.stringify([...networkVariables(network)]);
  try {
    return variables(resizeInput(config, width, height)) === variables(config);
  } catch (error) {
    if (error instanceof PixkinError) return false;
    throw error;
  }
}

/** Undefined where a network ends with a picture, with one number, or where one was cut already. */
function outputOf(
  config: NetworkConfig,
): { layer: string; count: number; activation: Classes['activation'] | undefined } | undefined {
  const [output] = config.config.output_layers;
  const layers = new Map(config.config.layers.map((layer) => [layer.name, layer]));
  const before = (layer: LayerConfig) => layers.get(layer.inbound_nodes[0]?.[0]?.[0] ?? '');
  const last = layers.get(output[0])!;
  const [count = 0, ...rest] = shapesOf(config).get(tensorKey(output)) ?? [];
  const wasCut = /^(Global.*|Flatten|GeM)$/.test(last.class_name) && before(last)?.name === cutLayer(config);
  if (rest.length > 0 || count < 2 || wasCut) return undefined;
  let made = last;
  while (passing.has(made.class_name)) made = before(made)!;
  return { layer: last.name, count, activation: activationOf(made) };
}

function activationOf({ class_name, config }: LayerConfig): Classes['activation'] | undefined {
  const activation = class_name === 'Softmax' ? 'softmax' : (config.activation ?? 'linear');
  if (activation === 'softmax') return 'softmax';
  return activation === 'linear' && /^(Dense|Conv2D|Add|Activation)$/.test(class_name) ? 'logits' : undefined;
}

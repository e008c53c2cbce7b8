/**
 * A network as a TF.js model: its layers, in TF.js' classes where those are right, and its weights.
 */
import { PixkinError } from '../../errors.ts';
import { callsOf, inputShapes, type Shape, shapesOf, tensorKey } from '../layers/index.ts';
import type { LayerConfig, Network, NetworkConfig } from '../network.ts';
import { canCompute } from './custom.ts';
import { customLayer } from './custom-layer.ts';
import { tfjsNames } from './names.ts';
import { standardLayer } from './standard.ts';
import type { LayersModel, SymbolicTensor, Tf, TfLayer } from './tf.ts';
import { variablesFor } from './variables.ts';

/**
 * Builds what `outputs` need of a network. The caller disposes the model; nothing else is left behind.
 * @param tf of the package whose backend will run it
 * @param outputs names of layers, of which one that is called several times gives its first output, or the network's; the
 *   model has them in this order, each with the batch first
 * @throws PixkinError `backbone_invalid`: says which layer, what was expected and what came
 */
export function toTfjs(tf: Tf, network: Network, outputs: readonly string[]): LayersModel {
  const { config, weights } = network;
  const shapes = shapesOf(config);
  const names = tfjsNames(config.config.layers);
  const wanted = outputs.map((name) => outputKey(config, shapes, name));
  const needed = neededFor(config, wanted);
  const tensors = new Map<string, SymbolicTensor>();
  const made = new Map<string, TfLayer>();
  try {
    for (const { key, layer, inputs: from } of callsOf(config)) {
      if (!needed.has(key)) continue;
      const name = names.get(layer.name)!;
      if (layer.class_name === 'InputLayer') {
        tensors.set(key, tf.input({ batchShape: [null, ...shapes.get(key)!], name, dtype: 'float32' }));
        continue;
      }
      const sizes = inputShapes(shapes, from);
      const known = made.get(name);
      const built = known ?? makeLayer(tf, { ...layer, name }, sizes);
      made.set(name, built);
      const inputs = from.map((tensor) => tensors.get(tensorKey(tensor))!);
      tensors.set(key, built.apply(inputs.length === 1 ? inputs[0]! : inputs) as SymbolicTensor);
      if (known) continue;
      const variables = variablesFor(layer, sizes, weights);
      tf.tidy(() => built.setWeights(variables.map(({ data, shape }) => tf.tensor(data, [...shape], 'float32'))));
    }
    return tf.model({
      inputs: tensors.get(config.config.input_layers[0][0])!,
      outputs: wanted.map((key) => tensors.get(key)!),
    });
  } catch (error) {
    for (const layer of made.values()) tf.dispose(layer.weights.map((variable) => variable.read()));
    throw error;
  }
}

function outputKey({ config }: NetworkConfig, shapes: ReadonlyMap<string, Shape>, name: string): string {
  const [own] = config.output_layers;
  const key = tensorKey(own[0] === name ? own : [name, 0]);
  if (shapes.has(key)) return key;
  throw new PixkinError('backbone_invalid', `expected a layer ${name} of the network; there is none`);
}

/** Keys of the calls that some outputs are computed from, and of the input. */
function neededFor(config: NetworkConfig, outputs: readonly string[]): ReadonlySet<string> {
  const needed = new Set([tensorKey(config.config.input_layers[0]), ...outputs]);
  for (const { key, inputs } of callsOf(config).toReversed()) {
    if (needed.has(key)) for (const input of inputs) needed.add(tensorKey(input));
  }
  return needed;
}

function makeLayer(tf: Tf, layer: LayerConfig, inputs: readonly Shape[]): TfLayer {
  const standard = standardLayer(layer, inputs);
  if (standard) {
    const [type, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[standard.className]!;
    return fromConfig(type, { ...camelCase(standard.options), name: layer.name }) as unknown as TfLayer;
  }
  if (canCompute(layer.class_name)) return customLayer(tf, layer);
  throw new PixkinError('backbone_invalid', `layer ${layer.name}: TF.js cannot run class ${layer.class_name}`);
}

/** TF.js' constructors take the options of its files in camel case. */
function camelCase(options: Readonly<Record<string, unknown>>): Record<string, never> {
  const camel = (key: string) => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [camel(key), value as never]));
}

/**
 * Layers that are put behind a network's output, or before its first one.
 */
import type { InboundTensor, LayerConfig, Network, Tensor, VariableSpec } from '../model/network.ts';

/** A layer that takes what the one before it gives. */
export interface Step {
  /** As it would like to be called. */
  readonly name: string;
  readonly class_name: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly variables?: readonly (VariableSpec & Tensor)[];
}

/**
 * The network with more layers behind its output, the last of them its new output.
 * @returns `names`: what each of them is called, with a number where its name was taken
 */
export function appendLayers(
  { config, weights }: Network,
  steps: readonly Step[],
): { network: Network; names: readonly string[] } {
  const { layers, output_layers } = config.config;
  const [[output, node]] = output_layers;
  const added = chain(layers, [output, node, 0, {}], steps);
  const last = added.at(-1)?.name ?? output;
  return {
    network: {
      config: {
        ...config,
        config: {
          ...config.config,
          layers: [...layers, ...added],
          output_layers: [[last, added.length > 0 ? 0 : node, 0]],
        },
      },
      weights: withVariables(weights, added, steps),
    },
    names: added.map(({ name }) => name),
  };
}

/** The network with more layers between its input and all that takes it. */
export function prependLayers({ config, weights }: Network, steps: readonly Step[]): Network {
  const { layers, input_layers } = config.config;
  const [[input]] = input_layers;
  const added = chain(layers, [input, 0, 0, {}], steps);
  const last = added.at(-1)?.name ?? input;
  const rewired = layers.map((layer) => ({
    ...layer,
    inbound_nodes: layer.inbound_nodes.map((call) =>
      call.map((from): InboundTensor => (from[0] === input ? [last, 0, 0, {}] : from)),
    ),
  }));
  const place = layers.findIndex(({ name }) => name === input) + 1;
  return {
    config: {
      ...config,
      config: { ...config.config, layers: [...rewired.slice(0, place), ...added, ...rewired.slice(place)] },
    },
    weights: withVariables(weights, added, steps),
  };
}

function chain(layers: readonly LayerConfig[], from: InboundTensor, steps: readonly Step[]): LayerConfig[] {
  const taken = new Set(layers.map(({ name }) => name));
  let before = from;
  return steps.map(({ name: wanted, class_name, options }) => {
    let name = wanted;
    for (let i = 1; taken.has(name); i++) name = `${wanted}_${i}`;
    taken.add(name);
    const layer = { class_name, name, config: { name, ...options }, inbound_nodes: [[before]] };
    before = [name, 0, 0, {}];
    return layer;
  });
}

function withVariables(
  weights: Network['weights'],
  added: readonly LayerConfig[],
  steps: readonly Step[],
): Network['weights'] {
  const own = added.flatMap(({ name }, i) => {
    const { variables } = steps[i]!;
    return variables ? [[name, variables] as const] : [];
  });
  return new Map([...weights, ...own]);
}

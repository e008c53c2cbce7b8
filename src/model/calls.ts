/**
 * The graph of a network: its calls in the order in which they can be computed, and the part of it that an output needs.
 */
import { PixkinError } from '../errors.ts';
import type { InboundTensor, LayerConfig, NetworkConfig } from './network.ts';

/** One call of a layer: what it computes is the tensor of the name `key`. */
export interface Call {
  /** The layer's name, with `:1` and so on from its second call. */
  readonly key: string;
  readonly layer: LayerConfig;
  readonly node: number;
  /** None for an InputLayer. */
  readonly inputs: readonly InboundTensor[];
}

/** The name of a tensor, as `Call.key`. */
export function tensorKey([layer, node]: readonly [layer: string, node: number, ...rest: unknown[]]): string {
  return node === 0 ? layer : `${layer}:${node}`;
}

/**
 * Every call after those that it takes its inputs from; where each layer is called once that is the order of the layers, unless
 * they are out of order. Only a layer that shares its variables has more than one call.
 * @throws PixkinError `backbone_invalid`: a layer is missing, called too few times, or waits for itself
 */
export function callsOf(config: NetworkConfig): readonly Call[] {
  const { layers } = config.config;
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const calls = new Map<string, Call | 'open'>();
  const visit = (name: string, node: number): void => {
    const key = tensorKey([name, node]);
    const met = calls.get(key);
    if (met === 'open') throw invalid(`expected no circle of layers; ${key} waits for itself`);
    if (met !== undefined) return;
    const layer = byName.get(name);
    const inputs = layer?.class_name === 'InputLayer' && node === 0 ? [] : layer?.inbound_nodes[node];
    if (layer === undefined || inputs === undefined) throw invalid(`expected a layer for ${key}; there is none`);
    calls.set(key, 'open');
    for (const [input, inputNode] of inputs) visit(input, inputNode);
    calls.delete(key); // in a Map an entry keeps its first place
    calls.set(key, { key, layer, node, inputs });
  };
  for (const { name } of layers) visit(name, 0);
  for (const { name, inbound_nodes } of layers) for (const node of inbound_nodes.keys()) visit(name, node);
  return [...calls.values()].filter((call) => call !== 'open');
}

/** The same network with another output: the layers, and of shared ones the calls, that it needs; in the same order. */
export function withOutput(config: NetworkConfig, [name, node]: readonly [layer: string, node: number]): NetworkConfig {
  const needed = new Set([tensorKey([name, node])]);
  for (const { key, inputs } of callsOf(config).toReversed()) {
    if (needed.has(key)) for (const input of inputs) needed.add(tensorKey(input));
  }
  /** A call's number once the calls before it that are not needed are gone. */
  const numberOf = (layer: string, old: number): number =>
    Array.from({ length: old }, (_, index) => index).filter((index) => needed.has(tensorKey([layer, index]))).length;
  const layers = config.config.layers
    .map((layer) => ({
      ...layer,
      inbound_nodes: layer.inbound_nodes
        .filter((_, index) => needed.has(tensorKey([layer.name, index])))
        .map((call) => call.map((input): InboundTensor => [input[0], numberOf(input[0], input[1]), 0, {}])),
    }))
    .filter((layer) => layer.inbound_nodes.length > 0 || needed.has(layer.name));
  return {
    class_name: 'Functional',
    config: { ...config.config, layers, output_layers: [[name, numberOf(name, node), 0]] },
  };
}

const invalid = (problem: string): PixkinError => new PixkinError('backbone_invalid', problem);

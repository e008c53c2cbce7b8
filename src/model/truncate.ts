/**
 * Where a network ends: the layer whose output is kept, and how that becomes one vector.
 */
import { PixkinError } from '../errors.ts';
import { callsOf, tensorKey, withOutput } from './calls.ts';
import { activationName } from './keras-config/names.ts';
import { inputShape, type Shape, shapesOf, shown } from './layers/index.ts';
import type { InboundTensor, LayerConfig, NetworkConfig } from './network.ts';

export type Pooling = 'none' | 'avg' | 'max' | 'gem';

/** Layers that turn a picture into a vector. */
const ends = new Set(['Flatten', 'GlobalAveragePooling2D', 'GlobalMaxPooling2D', 'GeM']);

/** The layers that pool, as they are appended. GeM with the exponent and the floor of its authors (Radenovic et al., 2018). */
const poolingLayers = {
  none: { class_name: 'Flatten', options: {} },
  avg: { class_name: 'GlobalAveragePooling2D', options: {} },
  max: { class_name: 'GlobalMaxPooling2D', options: {} },
  gem: { class_name: 'GeM', options: { p: 3, epsilon: 1e-6 } },
} as const;

/**
 * The layer after which `include_top=False` cuts: going back from the output while there is one way, the layer before the picture
 * became a vector; without such a place the output itself, where that is still a picture.
 * @throws PixkinError `backbone_invalid`: neither is there, so that somebody has to name a layer
 */
export function cutLayer(config: NetworkConfig): string {
  const shapes = shapesOf(config);
  const calls = new Map(callsOf(config).map((call) => [call.key, call]));
  const [[output]] = config.config.output_layers;
  let found: string | undefined;
  let call = calls.get(tensorKey(config.config.output_layers[0]));
  while (call?.inputs.length === 1) {
    const [before] = call.inputs as [InboundTensor];
    const shape = shapes.get(tensorKey(before));
    if (ends.has(call.layer.class_name) && shape?.length === 3) {
      found = before[0];
      if (shape[0]! * shape[1]! > 1) break; // else it may have been pooled before
    }
    call = calls.get(tensorKey(before));
  }
  if (found === undefined && shapes.get(output)?.length === 3) found = output;
  if (found !== undefined) return layerAsNamed(config, found);
  throw new PixkinError(
    'backbone_invalid',
    `expected a Flatten or pooling layer before the output of ${config.config.name}`,
    {
      hint: 'name the layer to cut after',
    },
  );
}

/** Whether `truncate` takes a layer: called once, not the input, and a picture or a vector. */
export function isCuttable(layer: LayerConfig, shape: Shape): boolean {
  return (
    layer.class_name !== 'InputLayer' && layer.inbound_nodes.length === 1 && (shape.length === 3 || shape.length === 1)
  );
}

/**
 * The whole network with another output: what a layer gives, made a vector by a layer `embedding` that is added. A vector needs
 * none, so the output's name is to be taken from `output_layers`.
 * @param o.layer `cutLayer` when left out; the name of a layer means its output with its activation
 * @throws PixkinError `invalid_request`: there is no such layer, or its output cannot be pooled like that
 */
export function withEmbedding(config: NetworkConfig, o: { layer?: string; pooling: Pooling }): NetworkConfig {
  const { layers } = config.config;
  const wanted = o.layer ?? cutLayer(config);
  const named = (name: string): LayerConfig | undefined => layers.find((layer) => layer.name === name);
  const layer = named(activationName(wanted)) ?? named(wanted);
  if (layer === undefined) throw unknownLayer(config, wanted);
  const shape = shapesOf(config).get(layer.name) ?? [];
  if (!isCuttable(layer, shape)) {
    const got = `${wanted} (${layer.class_name}, ${shown(shape)})`;
    throw invalid(`cut must be a layer that is called once and gives a picture or a vector; got ${got}`);
  }
  if (shape.length === 3) return withPooling(config, layer.name, o.pooling);
  if (o.pooling === 'none') return { ...config, config: { ...config.config, output_layers: [[layer.name, 0, 0]] } };
  throw invalid(`pooling must be none after ${wanted}, which gives a vector (${shown(shape)}); got ${o.pooling}`);
}

/** `withEmbedding`, less the layers that its output does not need. */
export function truncate(config: NetworkConfig, o: { layer?: string; pooling: Pooling }): NetworkConfig {
  const whole = withEmbedding(config, o);
  const [[layer, node]] = whole.config.output_layers;
  return withOutput(whole, [layer, node]);
}

function withPooling(config: NetworkConfig, before: string, pooling: Pooling): NetworkConfig {
  const { class_name, options } = poolingLayers[pooling];
  const taken = new Set(config.config.layers.map(({ name }) => name));
  let name = 'embedding';
  for (let count = 1; taken.has(name); count++) name = `embedding_${count}`;
  const layer: LayerConfig = {
    class_name,
    name,
    config: { name, ...options },
    inbound_nodes: [[[before, 0, 0, {}]]],
  };
  return {
    ...config,
    config: { ...config.config, layers: [...config.config.layers, layer], output_layers: [[name, 0, 0]] },
  };
}

/**
 * The same network for pictures of another size.
 * @param width pixels, as `height`
 * @throws PixkinError `backbone_invalid`: it does not fit into some layer
 */
export function resizeInput(config: NetworkConfig, width: number, height: number): NetworkConfig {
  for (const [what, edge] of [['width', width] as const, ['height', height] as const]) {
    if (!Number.isInteger(edge) || edge < 1)
      throw invalid(`${what} must be a whole number of pixels from 1; got ${edge}`);
  }
  const [[input]] = config.config.input_layers;
  const shape = [null, height, width, inputShape(config)[2]];
  const layers = config.config.layers.map((layer) =>
    layer.name === input ? { ...layer, config: { ...layer.config, batch_input_shape: shape } } : layer,
  );
  const resized = { ...config, config: { ...config.config, layers } };
  shapesOf(resized);
  return resized;
}

/** An activation that was split from its layer is called by that layer's name. */
function layerAsNamed(config: NetworkConfig, name: string): string {
  return config.config.layers.find((layer) => activationName(layer.name) === name)?.name ?? name;
}

function unknownLayer(config: NetworkConfig, wanted: string): PixkinError {
  const names = config.config.layers.map(({ name }) => name);
  return invalid(
    `cut must be a layer of ${config.config.name}; got ${wanted}`,
    `its last layers are ${names.slice(-8).join(', ')}`,
  );
}

const invalid = (problem: string, hint?: string): PixkinError =>
  new PixkinError('invalid_request', problem, hint === undefined ? {} : { hint });

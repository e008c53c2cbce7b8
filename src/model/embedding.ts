/**
 * Which part of a network makes embeddings, and how its classes stay within reach.
 */
import { PixkinError } from '../errors.ts';
import { tensorKey } from './calls.ts';
import { inputShape, shapesOf } from './layers/index.ts';
import { type KerasManifest, MAX_DIM } from './manifest.ts';
import type { LayerConfig, NetworkConfig } from './network.ts';
import { cutLayer, type Pooling, resizeInput, truncate } from './truncate.ts';

/** A whole network, and what its manifest makes of it. */
export interface Described {
  readonly manifest: KerasManifest;
  /** With all that the weights have. */
  readonly config: NetworkConfig;
}

/** A network and the layers whose outputs are asked for. */
export interface Outputs {
  readonly config: NetworkConfig;
  readonly embedding: string;
  readonly classes?: string;
}

/**
 * The network up to its embedding, for pictures of the manifest's size. Its output is that layer's.
 * @throws PixkinError `invalid_request`, as `truncate`; `backbone_invalid`: the size does not fit
 */
export function embeddingNetwork(described: Described): NetworkConfig {
  const { manifest } = described;
  const { width, height } = manifest.input;
  const { layer, pooling } = manifest.output;
  const cut = truncate(sized(described), { ...(layer !== undefined && { layer }), pooling });
  // Only what is kept must fit the size: a Dense layer after it may be for another one.
  return resizeInput(cut, width, height);
}

/** With the size that it has itself, or the manifest's where that is open. */
function sized({ manifest, config }: Described): NetworkConfig {
  const open = inputShape(config).some((edge) => edge === null);
  return open ? resizeInput(config, manifest.input.width, manifest.input.height) : config;
}

/**
 * What a manifest says of its output when another one is wanted.
 * @param o.layer the one that is kept when left out
 * @param o.pooling the one that is kept when left out, but `none` where the layer gives a vector
 * @throws PixkinError `invalid_request`: there is no such layer, it cannot be pooled like that, or it has too many numbers
 */
export function otherOutput(described: Described, o: { layer?: string; pooling?: Pooling }): KerasManifest['output'] {
  const { manifest } = described;
  const config = sized(described);
  const layer = o.layer ?? manifest.output.layer ?? cutLayer(config);
  const isVector = shapesOf(config).get(layer)?.length === 1;
  const output = { layer, pooling: o.pooling ?? (isVector ? 'none' : manifest.output.pooling) };
  const dim = dimOf(embeddingNetwork({ config, manifest: { ...manifest, output: { ...output, dim: 1 } } }));
  if (dim <= MAX_DIM) return { ...output, dim };
  const message = `an embedding must have at most ${MAX_DIM} numbers; after ${layer}, with pooling ${output.pooling}, it has ${dim}`;
  throw new PixkinError('invalid_request', message);
}

/** Numbers in one embedding. */
export function dimOf(embedding: NetworkConfig): number {
  const shape = shapesOf(embedding).get(tensorKey(embedding.config.output_layers[0])) ?? [];
  return shape.reduce((product, edge) => product * edge, 1);
}

/**
 * @param o.classes with the layers that tell classes apart, where there are some
 * @throws PixkinError as `embeddingNetwork`
 */
export function outputsOf(described: Described, o: { classes: boolean }): Outputs {
  const { manifest } = described;
  const embedding = embeddingNetwork(described);
  const [[name]] = embedding.config.output_layers;
  if (!o.classes || !manifest.classes) return { config: embedding, embedding: name };
  const whole = resizeInput(described.config, manifest.input.width, manifest.input.height);
  const { layers } = whole.config;
  const last = embedding.config.layers.find((layer) => layer.name === name)!;
  const { layer: classes } = manifest.classes;
  if (layers.some((layer) => isSame(layer, last))) return { config: whole, embedding: name, classes };
  let free = name;
  for (let i = 1; layers.some((layer) => layer.name === free); i++) free = `${name}_${i}`;
  const all = [...layers, { ...last, name: free }];
  return { config: { ...whole, config: { ...whole.config, layers: all } }, embedding: free, classes };
}

const isSame = (a: LayerConfig, b: LayerConfig): boolean =>
  a.name === b.name &&
  a.class_name === b.class_name &&
  JSON.stringify(a.inbound_nodes) === JSON.stringify(b.inbound_nodes);

/** @throws PixkinError `backbone_invalid`: a field of the manifest is not what the network says; `label` is what errors call it */
export function checkManifest(described: Described, label: string): void {
  const { manifest, config } = described;
  const fail = (problem: string): PixkinError => new PixkinError('backbone_invalid', `${label}: ${problem}`);
  const classes = manifest.classes?.layer;
  if (classes !== undefined && !config.config.layers.some(({ name }) => name === classes)) {
    throw fail(`classes.layer is ${classes}, but ${manifest.config} has no such layer`);
  }
  let dim: number;
  try {
    dim = dimOf(embeddingNetwork(described));
  } catch (cause) {
    throw cause instanceof PixkinError
      ? new PixkinError('backbone_invalid', `${label}: ${cause.message}`, { cause })
      : cause;
  }
  if (dim !== manifest.output.dim)
    throw fail(`output.dim is ${manifest.output.dim}, but its output has ${dim} numbers`);
}

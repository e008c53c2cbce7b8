/**
 * Which layers of a network are trained.
 */
import { PixkinError } from '../errors.ts';
import { activationName } from '../model/keras-config/names.ts';
import { networkVariables } from '../model/layers/index.ts';
import type { LayerConfig, NetworkConfig } from '../model/network.ts';
import { nearNames } from '../near-names.ts';

/** Variables that are computed from what goes through a layer, never by descent. */
const statistics: ReadonlySet<string> = new Set(['moving_mean', 'moving_variance', 'mean', 'variance']);

export const isTrainable = (variable: string): boolean => !statistics.has(variable);

/**
 * Layers as Keras counts them: without the pooling that makes the embedding, and without activations that were split from their layers.
 * @param embedding names of layers that are not the network's own
 */
export function countedLayers(config: NetworkConfig, embedding: ReadonlySet<string>): readonly LayerConfig[] {
  const { layers } = config.config;
  const split = new Set(layers.map(({ name }) => activationName(name)));
  return layers.filter(({ name }) => !embedding.has(name) && !split.has(name));
}

/**
 * The layers that a run trains: what was asked for, and those that began at random.
 * @param added @see countedLayers
 * @throws PixkinError as `unfrozenLayers`
 */
export function trainedLayers(
  config: NetworkConfig,
  added: ReadonlySet<string>,
  o: { fineTune: string | null; fromScratch: boolean },
  fresh: ReadonlySet<string>,
): Set<string> {
  const chosen = unfrozenLayers(config, countedLayers(config, added), o.fromScratch ? 'all' : o.fineTune!);
  return new Set([...chosen, ...fresh]);
}

/**
 * @param layers @see countedLayers
 * @param spec `last:N`, `from:LAYER`, `scope:PREFIX,…` or `all`
 * @returns names of the chosen layers that have variables to train
 * @throws PixkinError `invalid_request`: another form, no such layer (proposes others), or nothing to train
 */
export function unfrozenLayers(config: NetworkConfig, layers: readonly LayerConfig[], spec: string): Set<string> {
  const variables = networkVariables(config);
  const trainable = ({ name }: LayerConfig): boolean =>
    variables.get(name)?.some((one) => isTrainable(one.name)) ?? false;
  const chosen = chooseLayers(layers, spec);
  const names = new Set(chosen.filter(trainable).map(({ name }) => name));
  if (names.size > 0) return names;
  const last = layers.findLastIndex(trainable);
  const hint = last < 0 ? undefined : `last:${layers.length - last} reaches ${layers[last]!.name}`;
  throw invalid(`fineTune must reach a layer that has variables; ${spec} has none`, hint);
}

function chooseLayers(layers: readonly LayerConfig[], spec: string): readonly LayerConfig[] {
  const [, kind, value = ''] = /^(all|last|from|scope)(?::(.+))?$/.exec(spec) ?? [];
  if (kind === 'all' && value === '') return layers;
  if (kind === 'last' && /^\d{1,6}$/.test(value)) {
    const count = Number(value);
    if (count >= 1 && count <= layers.length) return layers.slice(-count);
    throw invalid(`fineTune last:N must have an N of 1 to ${layers.length}, the layers of this network; got ${count}`);
  }
  if (kind === 'from' && value !== '') return layers.slice(placeOf(layers, value));
  if (kind === 'scope' && value !== '') return inScopes(layers, value.split(','));
  throw invalid(`fineTune must be last:N, from:LAYER, scope:PREFIX or all; got '${spec}'`);
}

function placeOf(layers: readonly LayerConfig[], wanted: string): number {
  const named = layers.findIndex(({ name }) => name === wanted);
  if (named >= 0) return named;
  if (/^\d{1,6}$/.test(wanted) && Number(wanted) < layers.length) return Number(wanted);
  throw unknown(
    layers.map(({ name }) => name),
    `fineTune from: must name a layer, or its place, 0 to ${layers.length - 1}; got '${wanted}'`,
    wanted,
  );
}

function inScopes(layers: readonly LayerConfig[], prefixes: readonly string[]): readonly LayerConfig[] {
  for (const prefix of prefixes) {
    if (prefix !== '' && layers.some(({ name }) => name.startsWith(prefix))) continue;
    throw unknown(
      // Blocks and their layers.
      layers.flatMap(({ name }) => [name.split('_', 1)[0]!, name]),
      `fineTune scope: must be what names of layers begin with; none begins with '${prefix}'`,
      prefix,
    );
  }
  return layers.filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)));
}

function unknown(names: readonly string[], message: string, wanted: string): PixkinError {
  const near = nearNames(names, wanted);
  const hint =
    near.length > 0 ? `did you mean ${near.join(', ')}?` : `its last layers are ${names.slice(-8).join(', ')}`;
  return invalid(message, hint);
}

function invalid(message: string, hint?: string): PixkinError {
  return new PixkinError('invalid_request', message, hint === undefined ? {} : { hint });
}

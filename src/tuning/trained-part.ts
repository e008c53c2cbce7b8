/**
 * A network in two: what is computed once for a picture, and what is computed at each step.
 */
import { PixkinError } from '../errors.ts';
import { type Call, callsOf, tensorKey } from '../model/calls.ts';
import { type LayerClassName, optionsOf, windowOf } from '../model/layers/index.ts';
import type { NetworkConfig } from '../model/network.ts';

export interface TrainedPart {
  /** Calls of unfrozen layers, and all that depend on one, in the order in which they can be computed. */
  readonly calls: readonly Call[];
  /** Keys of the tensors that it takes from the rest: of the last frozen calls, or of the input. */
  readonly frontier: readonly string[];
  /** What the frontier needs, the input apart. */
  readonly before: readonly Call[];
  readonly input: string;
  readonly output: string;
}

/** @throws PixkinError `backbone_invalid`: TF.js has no gradients for a layer of the trained part */
export function requireGradients({ calls }: Pick<TrainedPart, 'calls'>): void {
  for (const { layer } of calls) {
    if (!optionsOf(layer.class_name as LayerClassName).includes('dilation_rate')) continue;
    const { dilation } = windowOf(layer);
    if (dilation.every((rate) => rate === 1)) continue;
    const message = `layer ${layer.name} cannot be trained, nor what is before it: TensorFlow.js has no gradients for a dilation of ${dilation.join(' x ')}`;
    throw new PixkinError('backbone_invalid', message, { hint: 'unfreeze layers after it only' });
  }
}

/** @param unfrozen names of layers; none: nothing is trained, and the output itself is the frontier */
export function splitNetwork(config: NetworkConfig, unfrozen: ReadonlySet<string>): TrainedPart {
  const all = callsOf(config);
  const input = tensorKey(config.config.input_layers[0]);
  const output = tensorKey(config.config.output_layers[0]);
  const moving = new Set<string>();
  for (const { key, layer, inputs } of all) {
    if (unfrozen.has(layer.name) || inputs.some((from) => moving.has(tensorKey(from)))) moving.add(key);
  }
  const calls = all.filter(({ key }) => moving.has(key));
  const crossing = calls.flatMap(({ inputs }) => inputs.map(tensorKey)).filter((key) => !moving.has(key));
  const frontier = moving.has(output) ? [...new Set(crossing)] : [output];
  return { calls, frontier, before: neededFor(all, frontier, input), input, output };
}

/** Calls that some tensors are computed from. */
function neededFor(all: readonly Call[], wanted: readonly string[], input: string): readonly Call[] {
  const needed = new Set(wanted);
  for (const { key, inputs } of all.toReversed()) {
    if (needed.has(key)) for (const from of inputs) needed.add(tensorKey(from));
  }
  return all.filter(({ key }) => needed.has(key) && key !== input);
}

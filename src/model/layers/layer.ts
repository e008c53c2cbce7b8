/**
 * What every class of layers is described by, and how its options are read: each reader throws `backbone_invalid` and names the
 * layer, the option, what was expected and what came.
 */
import { PixkinError } from '../../errors.ts';
import type { LayerConfig, VariableSpec } from '../network.ts';

/** Sizes without the batch: `[height, width, channels]` of a picture, `[features]` of a vector. */
export type Shape = readonly number[];

/** One class of layers. Every function takes the shapes of one call's inputs. */
export interface LayerClass {
  readonly shape: (layer: LayerConfig, inputs: readonly Shape[]) => Shape;
  /** In Keras' order; without it there are none. */
  readonly variables?: (layer: LayerConfig, inputs: readonly Shape[]) => readonly VariableSpec[];
  /** Multiplications with an addition for one picture; counted for convolutions and Dense only. */
  readonly multiplyAdds?: (layer: LayerConfig, inputs: readonly Shape[]) => number;
  /** The options that decide what it computes or learns, under Keras 2's names; all others are left out when a config is read. */
  readonly options: readonly string[];
}

/** Activations that a layer may have as a string; `silu` is read as `swish`. `gelu` is the exact one, with erf. */
export const activations = [
  'linear',
  'relu',
  'relu6',
  'sigmoid',
  'tanh',
  'softmax',
  'swish',
  'elu',
  'selu',
  'softplus',
  'gelu',
] as const;
export type Activation = (typeof activations)[number];

/** To be thrown: what is wrong with a layer. */
export function invalid(layer: LayerConfig, problem: string): PixkinError {
  return new PixkinError('backbone_invalid', `layer ${layer.name} (${layer.class_name}): ${problem}`);
}

/** The one input that most layers have. */
export function single(layer: LayerConfig, inputs: readonly Shape[]): Shape {
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) throw invalid(layer, `expected one input; got ${inputs.length}`);
  return input;
}

/** The one input, where it must be a picture. */
export function picture(layer: LayerConfig, inputs: readonly Shape[]): readonly [number, number, number] {
  const [height, width, channels, ...more] = single(layer, inputs);
  if (height === undefined || width === undefined || channels === undefined || more.length > 0) {
    throw invalid(layer, `expected an input of height x width x channels; got ${shown(inputs[0])}`);
  }
  return [height, width, channels];
}

/** A shape for people: `7 x 7 x 512`. */
export function shown(shape: readonly (number | null)[] | undefined): string {
  return shape?.length ? shape.map((size) => size ?? '?').join(' x ') : 'a scalar';
}

/** A whole number from 1; `fallback` where the option is missing. */
export function count(layer: LayerConfig, key: string, fallback?: number): number {
  const value = layer.config[key] ?? fallback;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
  throw invalid(layer, `${key} must be a whole number from 1; got ${JSON.stringify(value)}`);
}

export function real(layer: LayerConfig, key: string, fallback?: number): number {
  const value = layer.config[key] ?? fallback;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw invalid(layer, `${key} must be a number; got ${JSON.stringify(value)}`);
}

export function flag(layer: LayerConfig, key: string, fallback: boolean): boolean {
  const value = layer.config[key] ?? fallback;
  if (typeof value === 'boolean') return value;
  throw invalid(layer, `${key} must be true or false; got ${JSON.stringify(value)}`);
}

/** A number for all channels, or a list with one for each; read as a list of 1 or of `channels` numbers. */
export function perChannel(layer: LayerConfig, key: string, channels: number, fallback?: number): readonly number[] {
  const value = layer.config[key] ?? fallback;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const numbers = list.filter((item): item is number => typeof item === 'number' && Number.isFinite(item));
  if (numbers.length === list.length && (list.length === 1 || list.length === channels)) return numbers;
  throw invalid(layer, `${key} must be a number or ${channels} numbers; got ${JSON.stringify(value)}`);
}

/** `[vertical, horizontal]`, whole numbers from 1; one number stands for both. */
export function pair(layer: LayerConfig, key: string, fallback?: number | readonly [number, number]): [number, number] {
  const value = layer.config[key] ?? fallback;
  const list: unknown[] = Array.isArray(value) ? value : [value, value];
  const [first, second] = list.filter((item): item is number => Number.isInteger(item) && (item as number) >= 1);
  if (list.length === 2 && first !== undefined && second !== undefined) return [first, second];
  throw invalid(layer, `${key} must be one or two whole numbers from 1; got ${JSON.stringify(value)}`);
}

/** An axis as Keras counts it (0 is the batch, -1 the last), as an index into a shape without the batch. */
export function axis(layer: LayerConfig, rank: number, fallback = -1): number {
  const value = layer.config.axis ?? fallback;
  const index = typeof value === 'number' && Number.isInteger(value) ? (value < 0 ? value + rank : value - 1) : -1;
  if (index >= 0 && index < rank) return index;
  throw invalid(layer, `axis must be 1 to ${rank}, or -${rank} to -1; got ${JSON.stringify(value)}`);
}

/** Where a class works on channels only: the axis must be the last one. */
export function lastAxis(layer: LayerConfig, rank: number): void {
  if (axis(layer, rank) === rank - 1) return;
  throw invalid(layer, `axis must be the last one, -1 or ${rank}; got ${JSON.stringify(layer.config.axis)}`);
}

/** The activation that is applied to what the layer computes: option `activation`, `linear` where it is missing. */
export function activation(layer: LayerConfig): Activation {
  const value = layer.config.activation ?? 'linear';
  const known = activations.find((name) => name === value);
  if (known !== undefined) return known;
  throw invalid(layer, `activation must be one of ${activations.join(', ')}; got ${JSON.stringify(value)}`);
}

/** Dense, and what orders numbers anew: Flatten, Reshape, Permute. */
import type { LayerConfig } from '../network.ts';
import { activation, count, flag, invalid, type LayerClass, type Shape, shown, single } from './layer.ts';

const size = (shape: Shape): number => shape.reduce((product, item) => product * item, 1);

const dense: LayerClass = {
  options: ['units', 'activation', 'use_bias'],
  shape(layer, inputs) {
    activation(layer);
    return [...single(layer, inputs).slice(0, -1), count(layer, 'units')];
  },
  variables(layer, inputs) {
    const units = count(layer, 'units');
    const kernel = { name: 'kernel', shape: [single(layer, inputs).at(-1) ?? 1, units] };
    return flag(layer, 'use_bias', true) ? [kernel, { name: 'bias', shape: [units] }] : [kernel];
  },
  multiplyAdds: (layer, inputs) => size(single(layer, inputs)) * count(layer, 'units'),
};

const flatten: LayerClass = { options: [], shape: (layer, inputs) => [size(single(layer, inputs))] };

/** The shape that a Reshape layer makes of `input`, its -1 resolved. */
function reshaped(layer: LayerConfig, input: Shape): Shape {
  const target = layer.config.target_shape;
  const known = Array.isArray(target) && target.every((item) => Number.isInteger(item) && (item >= 1 || item === -1));
  const open = known ? target.filter((item) => item === -1).length : 2;
  if (known && open <= 1) {
    const rest = size(input) / size(target.filter((item) => item !== -1));
    const shape: number[] = target.map((item) => (item === -1 ? rest : item));
    if (Number.isInteger(rest) && size(shape) === size(input)) return shape;
  }
  throw invalid(layer, `target_shape must hold the numbers of ${shown(input)}; got ${JSON.stringify(target)}`);
}

const reshape: LayerClass = {
  options: ['target_shape'],
  shape: (layer, inputs) => reshaped(layer, single(layer, inputs)),
};

/** Where each axis of a Permute layer's output comes from: indices into a shape without the batch. */
export function permutation(layer: LayerConfig, rank: number): readonly number[] {
  const dims = layer.config.dims;
  const wanted = Array.from({ length: rank }, (_, index) => index);
  if (Array.isArray(dims) && dims.length === rank && wanted.every((index) => dims.includes(index + 1))) {
    return dims.map((item: number) => item - 1);
  }
  throw invalid(layer, `dims must be 1 to ${rank} in some order; got ${JSON.stringify(dims)}`);
}

const permute: LayerClass = {
  options: ['dims'],
  shape(layer, inputs) {
    const input = single(layer, inputs);
    return permutation(layer, input.length).map((index) => input[index]!);
  },
};

export const reshapings = {
  Dense: dense,
  Flatten: flatten,
  Reshape: reshape,
  Permute: permute,
} as const satisfies Record<string, LayerClass>;

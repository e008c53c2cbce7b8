/** Layers that are an activation: Activation, ReLU, LeakyReLU, PReLU, ELU, Softmax. */
import type { LayerConfig } from '../network.ts';
import { activation, invalid, type LayerClass, lastAxis, real, type Shape, single } from './layer.ts';

const named: LayerClass = {
  options: ['activation'],
  shape(layer, inputs) {
    activation(layer);
    return single(layer, inputs);
  },
};

/** The upper limit of a ReLU layer; Infinity where it has none. */
export function maxValue(layer: LayerConfig): number {
  const value = layer.config.max_value;
  if (value === undefined || value === null) return Number.POSITIVE_INFINITY;
  const limit = real(layer, 'max_value');
  if (limit > 0) return limit;
  throw invalid(layer, `max_value must be above 0; got ${limit}`);
}

const relu: LayerClass = {
  options: ['max_value'],
  shape(layer, inputs) {
    maxValue(layer);
    return single(layer, inputs);
  },
};

/** What negative values are multiplied by, or exp(x) - 1 in ELU; `fallback` is the class's own. */
const sloped = (fallback: number): LayerClass => ({
  options: ['alpha'],
  shape(layer, inputs) {
    real(layer, 'alpha', fallback);
    return single(layer, inputs);
  },
});

/** PReLU has a slope for each number of its input, but along `shared_axes` (from 1) only one. */
function slopes(layer: LayerConfig, inputs: readonly Shape[]): Shape {
  const input = single(layer, inputs);
  const shared = layer.config.shared_axes ?? [];
  if (Array.isArray(shared) && shared.every((item) => Number.isInteger(item) && item >= 1 && item <= input.length)) {
    return input.map((size, index) => (shared.includes(index + 1) ? 1 : size));
  }
  throw invalid(layer, `shared_axes must be whole numbers from 1 to ${input.length}; got ${JSON.stringify(shared)}`);
}

const prelu: LayerClass = {
  options: ['shared_axes'],
  shape: (layer, inputs) => single(layer, inputs),
  variables: (layer, inputs) => [{ name: 'alpha', shape: slopes(layer, inputs) }],
};

const softmax: LayerClass = {
  options: ['axis'],
  shape(layer, inputs) {
    const input = single(layer, inputs);
    lastAxis(layer, input.length);
    return input;
  },
};

export const activationLayers = {
  Activation: named,
  ReLU: relu,
  LeakyReLU: sloped(0.3),
  ELU: sloped(1),
  PReLU: prelu,
  Softmax: softmax,
} as const satisfies Record<string, LayerClass>;

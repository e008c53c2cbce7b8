/** Layers that scale: BatchNormalization, Normalization, Rescaling, UnitNormalization. */
import type { VariableSpec } from '../network.ts';
import { flag, type LayerClass, lastAxis, perChannel, real, single } from './layer.ts';

const batchNormalization: LayerClass = {
  options: ['axis', 'epsilon', 'center', 'scale', 'momentum'],
  shape(layer, inputs) {
    const input = single(layer, inputs);
    lastAxis(layer, input.length);
    real(layer, 'epsilon', 1e-3);
    return input;
  },
  variables(layer, inputs) {
    const shape = [single(layer, inputs).at(-1) ?? 1];
    const names = [
      ...(flag(layer, 'scale', true) ? ['gamma'] : []),
      ...(flag(layer, 'center', true) ? ['beta'] : []),
      'moving_mean',
      'moving_variance',
    ];
    return names.map((name): VariableSpec => ({ name, shape }));
  },
};

/** `(x - mean) / max(sqrt(variance), 1e-7)`; both are in the config, or both are variables. */
const normalization: LayerClass = {
  options: ['axis', 'mean', 'variance'],
  shape(layer, inputs) {
    const input = single(layer, inputs);
    lastAxis(layer, input.length);
    if (layer.config.mean !== undefined || layer.config.variance !== undefined) {
      for (const key of ['mean', 'variance']) perChannel(layer, key, input.at(-1) ?? 1);
    }
    return input;
  },
  variables(layer, inputs) {
    if (layer.config.mean !== undefined) return [];
    const shape = [single(layer, inputs).at(-1) ?? 1];
    return ['mean', 'variance'].map((name): VariableSpec => ({ name, shape }));
  },
};

/** `x * scale + offset`. */
const rescaling: LayerClass = {
  options: ['scale', 'offset'],
  shape(layer, inputs) {
    const input = single(layer, inputs);
    perChannel(layer, 'scale', input.at(-1) ?? 1);
    perChannel(layer, 'offset', input.at(-1) ?? 1, 0);
    return input;
  },
};

/** `x / max(|x|, 1e-6)`, the length taken over the last axis. */
const unitNormalization: LayerClass = {
  options: ['axis'],
  shape(layer, inputs) {
    const input = single(layer, inputs);
    lastAxis(layer, input.length);
    return input;
  },
};

export const normalisations = {
  BatchNormalization: batchNormalization,
  Normalization: normalization,
  Rescaling: rescaling,
  UnitNormalization: unitNormalization,
} as const satisfies Record<string, LayerClass>;

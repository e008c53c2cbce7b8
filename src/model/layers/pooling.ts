/** Pooling with a window and over the whole picture, GeM included. */
import type { LayerConfig } from '../network.ts';
import { flag, invalid, type LayerClass, picture, real, type Shape } from './layer.ts';
import { slide } from './window.ts';

const windowed: LayerClass = {
  options: ['pool_size', 'strides', 'padding'],
  shape(layer, inputs) {
    const input = picture(layer, inputs);
    return [...slide(layer, input), input[2]];
  },
};

const overall: LayerClass = {
  options: ['keepdims'],
  shape(layer, inputs) {
    const channels = picture(layer, inputs)[2];
    return flag(layer, 'keepdims', false) ? [1, 1, channels] : [channels];
  },
};

/** The options of a GeM layer: `(mean of max(x, epsilon) ** p) ** (1 / p)` over height and width. */
export function gemOptions(layer: LayerConfig): { readonly p: number; readonly epsilon: number } {
  const [p, epsilon] = [real(layer, 'p', 3), real(layer, 'epsilon', 1e-6)];
  if (p > 0 && epsilon > 0) return { p, epsilon };
  throw invalid(layer, `p and epsilon must be above 0; got ${p} and ${epsilon}`);
}

const gem: LayerClass = {
  options: ['p', 'epsilon'],
  shape(layer, inputs): Shape {
    gemOptions(layer);
    return [picture(layer, inputs)[2]];
  },
};

export const poolings = {
  MaxPooling2D: windowed,
  AveragePooling2D: windowed,
  GlobalAveragePooling2D: overall,
  GlobalMaxPooling2D: overall,
  GeM: gem,
} as const satisfies Record<string, LayerClass>;

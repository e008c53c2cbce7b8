/** What adds to a picture's edges, cuts them off, or enlarges it: ZeroPadding2D, Cropping2D, UpSampling2D. */
import type { LayerConfig } from '../network.ts';
import { invalid, type LayerClass, pair, picture, shown } from './layer.ts';

/** Rows and columns at each edge. */
export interface Edges {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The option `padding` or `cropping`: one number, one for each axis, or `[[top, bottom], [left, right]]`. */
export function edgesOf(layer: LayerConfig): Edges {
  const key = layer.class_name === 'Cropping2D' ? 'cropping' : 'padding';
  const value = layer.config[key] ?? (key === 'padding' ? 1 : 0);
  const axes: unknown[] = Array.isArray(value) ? value : [value, value];
  const [vertical, horizontal] = axes.map((axis): unknown[] => (Array.isArray(axis) ? axis : [axis, axis]));
  const edges = [...(vertical ?? []), ...(horizontal ?? [])].filter(
    (edge): edge is number => Number.isInteger(edge) && (edge as number) >= 0,
  );
  const [top, bottom, left, right] = edges;
  if (axes.length === 2 && vertical?.length === 2 && horizontal?.length === 2 && right !== undefined) {
    return { top: top!, bottom: bottom!, left: left!, right };
  }
  throw invalid(layer, `${key} must be 1, 2 or 2 x 2 whole numbers from 0; got ${JSON.stringify(value)}`);
}

const zeroPadding: LayerClass = {
  options: ['padding'],
  shape(layer, inputs) {
    const [height, width, channels] = picture(layer, inputs);
    const { top, bottom, left, right } = edgesOf(layer);
    return [height + top + bottom, width + left + right, channels];
  },
};

const cropping: LayerClass = {
  options: ['cropping'],
  shape(layer, inputs) {
    const input = picture(layer, inputs);
    const { top, bottom, left, right } = edgesOf(layer);
    const [height, width] = [input[0] - top - bottom, input[1] - left - right];
    if (height >= 1 && width >= 1) return [height, width, input[2]];
    throw invalid(layer, `expected an input larger than what is cut off; got ${shown(input)}`);
  },
};

/** The options of UpSampling2D. `bilinear` has half-pixel centres, as in TensorFlow 2. */
export function upSampling(layer: LayerConfig): {
  readonly size: readonly [number, number];
  readonly interpolation: 'nearest' | 'bilinear';
} {
  const interpolation = layer.config.interpolation ?? 'nearest';
  if (interpolation === 'nearest' || interpolation === 'bilinear')
    return { size: pair(layer, 'size', 2), interpolation };
  throw invalid(layer, `interpolation must be nearest or bilinear; got ${JSON.stringify(interpolation)}`);
}

const enlarging: LayerClass = {
  options: ['size', 'interpolation'],
  shape(layer, inputs) {
    const [height, width, channels] = picture(layer, inputs);
    const { size } = upSampling(layer);
    return [height * size[0], width * size[1], channels];
  },
};

export const borders = {
  ZeroPadding2D: zeroPadding,
  Cropping2D: cropping,
  UpSampling2D: enlarging,
} as const satisfies Record<string, LayerClass>;

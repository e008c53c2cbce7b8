/**
 * What is known of a published architecture besides its weights.
 */
import { PixkinError } from '../../errors.ts';
import type { NetworkConfig } from '../network.ts';
import { type Graph, graph, type Output } from './builder.ts';

/** How pixels become a network's numbers: `(byte * scale - mean) / std` of each channel, in the order of `colour`. */
export interface Normalisation {
  readonly scale: number;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** A file at the address and with the hash (hexadecimal) that Keras' own source has; some it publishes without one. */
export interface PublishedFile {
  readonly url: string;
  readonly md5?: string;
  readonly sha256?: string;
}

/** Weights trained on ImageNet: of the whole network, and of what lies below its classes. */
export interface PublishedWeights {
  readonly top: PublishedFile;
  readonly notop: PublishedFile;
}

/** Which member of an architecture to write. */
export interface ConfigOptions {
  /** With the layers that tell classes apart. */
  readonly top: boolean;
  /** Pixels; `size` of the architecture when left out. */
  readonly width?: number;
  readonly height?: number;
  /** What the numbers of channels are multiplied by, at least 1/32; 1 when left out. Only where there are `variants`. */
  readonly alpha?: number;
  /** 1,000 when left out. Only matters with the top. */
  readonly classes?: number;
}

export interface Architecture {
  /** How it is named in flags and folders. */
  readonly name: string;
  /** How its authors write it. */
  readonly title: string;
  /** What Keras calls the mode of `preprocess_input`, or the numbers themselves. */
  readonly mode: 'caffe' | 'tf' | 'torch' | Normalisation;
  readonly colour: 'rgb' | 'bgr';
  /** Width and height that the published weights were trained for. */
  readonly size: number;
  /** The least width and height. */
  readonly minimum: number;
  /** Of the published weights (SPDX), as the documentation of Keras 2 says: keras-team/keras, docs/templates/applications.md. */
  readonly licence: string;
  /** What Keras publishes for `size` and alpha 1. */
  readonly weights?: PublishedWeights;
  /** All that Keras publishes, where alpha can be chosen; trained for squares of `size` pixels. */
  readonly variants?: readonly { readonly alpha: number; readonly size: number; readonly weights: PublishedWeights }[];
  /**
   * The network as `keras.applications` builds it in a fresh process: same layers, names and order.
   * Padding may depend on the size of the input, so that another size means another call, not another input layer.
   * @throws PixkinError `invalid_request`: an option is out of its range
   */
  config(o: ConfigOptions): NetworkConfig;
}

/** An architecture without what all have in common. */
export interface Plan extends Omit<Architecture, 'config'> {
  /** Keras' name for the network, where it is not `name`. */
  networkName?(o: Required<ConfigOptions>): string;
  /** Adds its layers to `g` and returns the last one. Options are complete and checked. */
  build(g: Graph, o: Required<ConfigOptions>): Output;
}

const LEAST_ALPHA = 1 / 32; // leaves MobileNet's first convolution one channel

/** Completes a plan: checks options and fills in their defaults. */
export function architecture({ networkName, build, ...facts }: Plan): Architecture {
  const { name, size, minimum, variants } = facts;
  const check = (option: string, value: number, valid: boolean, expected: string): void => {
    if (!valid) throw new PixkinError('invalid_request', `${option} of ${name} must be ${expected}; got ${value}`);
  };
  return {
    ...facts,
    config({ top, width = size, height = size, alpha = 1, classes = 1000 }) {
      for (const [option, edge] of [['width', width] as const, ['height', height] as const]) {
        check(option, edge, Number.isInteger(edge) && edge >= minimum, `a whole number of pixels, at least ${minimum}`);
      }
      check('classes', classes, Number.isInteger(classes) && classes >= 1, 'a whole number, at least 1');
      if (variants === undefined) check('alpha', alpha, alpha === 1, '1');
      else check('alpha', alpha, Number.isFinite(alpha) && alpha >= LEAST_ALPHA, `a number, at least ${LEAST_ALPHA}`);
      const o = { top, width, height, alpha, classes };
      const g = graph(height, width);
      return g.end(build(g, o), networkName?.(o) ?? name);
    },
  };
}

const KERAS = 'https://storage.googleapis.com/tensorflow/keras-applications';

/** Published weights with the file names that most have, and the MD5 of the two files. */
export function kerasWeights(path: string, top: string, notop: string): PublishedWeights {
  const stem = `${KERAS}/${path}_weights_tf_dim_ordering_tf_kernels`;
  return { top: { url: `${stem}.h5`, md5: top }, notop: { url: `${stem}_notop.h5`, md5: notop } };
}

/** Published weights with file names of their own, for which Keras publishes no hash. */
export function kerasWeightsUnhashed(stem: string): PublishedWeights {
  return { top: { url: `${KERAS}/${stem}.h5` }, notop: { url: `${KERAS}/${stem}_no_top.h5` } };
}

/**
 * The table of the classes of layers that are understood.
 */
import type { LayerConfig, VariableSpec } from '../network.ts';
import { activationLayers } from './activation.ts';
import { borders } from './border.ts';
import { convolutions } from './convolution.ts';
import { invalid, type LayerClass, type Shape, shown } from './layer.ts';
import { mergings } from './merging.ts';
import { normalisations } from './normalisation.ts';
import { poolings } from './pooling.ts';
import { reshapings } from './reshaping.ts';

const inputLayer: LayerClass = {
  options: ['batch_input_shape'],
  shape(layer) {
    const shape = declaredShape(layer);
    if (shape.every((size) => size !== null)) return shape;
    throw invalid(layer, `expected an input of a known size; got ${shown(shape)}`);
  },
};

const classes = {
  InputLayer: inputLayer,
  ...convolutions,
  ...poolings,
  ...borders,
  ...normalisations,
  ...activationLayers,
  ...reshapings,
  ...mergings,
} as const satisfies Record<string, LayerClass>;

/** A class of layers that is understood. */
export type LayerClassName = keyof typeof classes;

/** All of them. */
export const layerClasses = Object.keys(classes) as readonly LayerClassName[];

/** Layers that do nothing but in training: left out of every network when its config is read. */
export const trainingOnly: ReadonlySet<string> = new Set([
  'Dropout',
  'SpatialDropout2D',
  'GaussianNoise',
  'GaussianDropout',
  'AlphaDropout',
  'ActivityRegularization',
  'Identity',
  'RandomFlip',
  'RandomRotation',
  'RandomZoom',
  'RandomTranslation',
  'RandomContrast',
  'RandomBrightness',
]);

export function isKnownLayer(className: string): className is LayerClassName {
  return Object.hasOwn(classes, className);
}

function classOf(layer: LayerConfig): LayerClass {
  if (isKnownLayer(layer.class_name)) return classes[layer.class_name];
  throw invalid(layer, `class must be one of ${layerClasses.join(', ')}; got ${layer.class_name}`);
}

/** The options of a class that are kept when a config is read, under Keras 2's names. */
export function optionsOf(className: LayerClassName): readonly string[] {
  return classes[className].options;
}

/**
 * Shape of a layer's output for one call, without the batch.
 * @param inputs shapes of that call's inputs; none for an InputLayer
 * @throws PixkinError `backbone_invalid`, with the layer's name: class or option not understood, or inputs that do not fit
 */
export function outputShape(layer: LayerConfig, inputs: readonly Shape[]): Shape {
  return classOf(layer).shape(layer, inputs);
}

/** Layers of this class may have variables. */
export function hasVariables(className: LayerClassName): boolean {
  const { variables }: LayerClass = classes[className];
  return variables !== undefined;
}

/**
 * A layer's variables in Keras' order.
 * @throws PixkinError `backbone_invalid`, as `outputShape`
 */
export function variablesOf(layer: LayerConfig, inputs: readonly Shape[]): readonly VariableSpec[] {
  return classOf(layer).variables?.(layer, inputs) ?? [];
}

/** Multiplications with an addition that one call takes for one picture; 0 for all but convolutions and Dense. */
export function multiplyAddsOf(layer: LayerConfig, inputs: readonly Shape[]): number {
  return classOf(layer).multiplyAdds?.(layer, inputs) ?? 0;
}

/** What an InputLayer says, without the batch: null where a size is open. */
export function declaredShape(layer: LayerConfig): readonly (number | null)[] {
  const declared = layer.config.batch_input_shape;
  if (Array.isArray(declared) && declared.length > 1) {
    const sizes: unknown[] = declared.slice(1);
    if (
      sizes.every((size): size is number | null => size === null || (Number.isInteger(size) && (size as number) > 0))
    ) {
      return sizes;
    }
  }
  throw invalid(layer, `batch_input_shape must be [null, height, width, channels]; got ${JSON.stringify(declared)}`);
}

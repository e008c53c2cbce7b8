/**
 * The classes of layers that are understood: what each makes of its inputs' shapes, and which variables it has. Whatever compiles
 * a network must know every one of `layerClasses`.
 */
export { type Call, callsOf, tensorKey } from '../calls.ts';
export { maxValue } from './activation.ts';
export { type Edges, edgesOf, upSampling } from './border.ts';
export {
  hasVariables,
  isKnownLayer,
  type LayerClassName,
  layerClasses,
  multiplyAddsOf,
  optionsOf,
  outputShape,
  trainingOnly,
  variablesOf,
} from './classes.ts';
export {
  type Activation,
  activation,
  activations,
  axis,
  count,
  flag,
  invalid,
  perChannel,
  real,
  type Shape,
  shown,
} from './layer.ts';
export { gemOptions } from './pooling.ts';
export { permutation } from './reshaping.ts';
export { inputShape, inputShapes, networkVariables, shapesOf } from './shapes.ts';
export { samePadding, type Window, windowOf } from './window.ts';

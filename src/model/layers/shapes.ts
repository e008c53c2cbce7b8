/**
 * Shapes and variables of a whole network.
 */
import { PixkinError } from '../../errors.ts';
import { callsOf, tensorKey } from '../calls.ts';
import type { InboundTensor, NetworkConfig, VariableSpec } from '../network.ts';
import { declaredShape, outputShape, variablesOf } from './classes.ts';
import type { Shape } from './layer.ts';

/**
 * Shape of every tensor of a network, by its `tensorKey`, in the order of `callsOf`.
 * @throws PixkinError `backbone_invalid`, as `outputShape` and `callsOf`; also where the input's size is open (see `resizeInput`)
 */
export function shapesOf(config: NetworkConfig): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const { key, layer, inputs } of callsOf(config))
    shapes.set(key, outputShape(layer, inputShapes(shapes, inputs)));
  return shapes;
}

/** Shapes of the inputs of one call, out of what `shapesOf` found. */
export function inputShapes(shapes: ReadonlyMap<string, Shape>, call: readonly InboundTensor[]): readonly Shape[] {
  return call.map((tensor) => {
    const shape = shapes.get(tensorKey(tensor));
    if (shape !== undefined) return shape;
    throw new PixkinError('backbone_invalid', `expected a layer for ${tensorKey(tensor)}; there is none`);
  });
}

/**
 * The variables of every layer that has some, in the order of the layers.
 * @throws PixkinError `backbone_invalid`, as `shapesOf`
 */
export function networkVariables(config: NetworkConfig): ReadonlyMap<string, readonly VariableSpec[]> {
  const shapes = shapesOf(config);
  const variables = config.config.layers.map(
    (layer) => [layer.name, variablesOf(layer, inputShapes(shapes, layer.inbound_nodes[0] ?? []))] as const,
  );
  return new Map(variables.filter(([, specs]) => specs.length > 0));
}

/** Height, width and channels that a network takes; null where it takes any. */
export function inputShape(config: NetworkConfig): readonly (number | null)[] {
  const [[name]] = config.config.input_layers;
  const layer = config.config.layers.find((candidate) => candidate.name === name);
  if (layer !== undefined) return declaredShape(layer);
  throw new PixkinError('backbone_invalid', `expected a layer ${name}, the input; there is none`);
}

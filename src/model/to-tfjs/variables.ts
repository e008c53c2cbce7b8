/** The numbers of one layer, held against what its class and its input ask for. */
import { PixkinError } from '../../errors.ts';
import { type Shape, variablesOf } from '../layers/index.ts';
import type { LayerConfig, Weights } from '../network.ts';

/**
 * The variables of a layer in Keras' order, which is TF.js' too; none for a layer that has none.
 * @param inputs shapes of one call's inputs
 * @throws PixkinError `backbone_invalid`: which is missing, or of another shape
 */
export function variablesFor(
  layer: LayerConfig,
  inputs: readonly Shape[],
  weights: Weights,
): NonNullable<ReturnType<Weights['get']>> {
  const given = weights.get(layer.name) ?? [];
  return variablesOf(layer, inputs).map(({ name, shape }) => {
    const found = given.find((variable) => variable.name === name);
    if (found?.shape.join() === shape.join()) return found;
    const got = found ? `[${found.shape.join(', ')}]` : 'none';
    throw new PixkinError(
      'backbone_invalid',
      `layer ${layer.name}: expected the variable ${name} [${shape.join(', ')}]; got ${got}`,
    );
  });
}

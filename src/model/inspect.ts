/**
 * What a network consists of, for people who choose where to cut it.
 */
import { callsOf } from './calls.ts';
import { inputShapes, multiplyAddsOf, networkVariables, type Shape, shapesOf } from './layers/index.ts';
import type { NetworkConfig } from './network.ts';
import { isCuttable } from './truncate.ts';

export interface LayerFacts {
  readonly name: string;
  readonly class_name: string;
  /** Of its output (of its first call), without the batch. */
  readonly shape: Shape;
  /** Numbers in its variables. */
  readonly parameters: number;
  /** For one picture, over all calls; counted for convolutions and Dense only. */
  readonly multiplyAdds: number;
  /** `truncate` takes it. */
  readonly cuttable: boolean;
}

export interface NetworkFacts {
  /** In topological order. */
  readonly layers: readonly LayerFacts[];
  readonly parameters: number;
  readonly multiplyAdds: number;
}

/** @throws PixkinError `backbone_invalid`: shapes do not fit, or the input's size is open */
export function inspectNetwork(config: NetworkConfig): NetworkFacts {
  const shapes = shapesOf(config);
  const variables = networkVariables(config);
  const multiplyAdds = new Map<string, number>();
  for (const { layer, inputs } of callsOf(config)) {
    const done = multiplyAdds.get(layer.name) ?? 0;
    multiplyAdds.set(layer.name, done + multiplyAddsOf(layer, inputShapes(shapes, inputs)));
  }
  const layers = config.config.layers.map((layer): LayerFacts => {
    const shape = shapes.get(layer.name) ?? [];
    const specs = variables.get(layer.name) ?? [];
    return {
      name: layer.name,
      class_name: layer.class_name,
      shape,
      parameters: specs.reduce((sum, spec) => sum + spec.shape.reduce((product, size) => product * size, 1), 0),
      multiplyAdds: multiplyAdds.get(layer.name) ?? 0,
      cuttable: isCuttable(layer, shape),
    };
  });
  const total = (key: 'parameters' | 'multiplyAdds'): number => layers.reduce((sum, layer) => sum + layer[key], 0);
  return { layers, parameters: total('parameters'), multiplyAdds: total('multiplyAdds') };
}

import type { StoredLayer } from '../network.ts';
import { isRecord } from './invalid.ts';

/**
 * Brings layers into the order of the file's own topology: the converter of TensorFlow.js sorts them by name, which would put
 * weights of one shape into each other's places where layers are matched by order. A layer of a nested model is found with and
 * without the model's name before its own. Layers of unknown names stay as they are, all of them.
 */
export function inTopologyOrder(layers: readonly StoredLayer[], topology: unknown): readonly StoredLayer[] {
  const names = namesIn(topology, []);
  const last = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  const exact = new Map(names.map((path, index) => [path.join('/'), index]));
  const short = new Map(names.map((path, index) => [path.at(-1), index]));
  const placed = layers.map((layer) => ({
    layer,
    place: exact.get(layer.layer) ?? short.get(last(layer.layer)) ?? -1,
  }));
  if (placed.some(({ place }) => place < 0)) return layers;
  return placed.sort((a, b) => a.place - b.place).map(({ layer }) => layer);
}

/** The names of all layers, those of nested models in their place and after the model's own name. */
function namesIn(model: unknown, above: readonly string[]): (readonly string[])[] {
  if (!isRecord(model)) return [];
  const { config } = model;
  const layers = isRecord(config) ? config.layers : config;
  if (!Array.isArray(layers)) return [];
  return layers.flatMap((layer: unknown) => {
    const own = isRecord(layer) && isRecord(layer.config) ? (layer.name ?? layer.config.name) : undefined;
    if (typeof own !== 'string') return [];
    const path = [...above, own];
    return [path, ...namesIn(layer, path)];
  });
}

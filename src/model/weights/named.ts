import type { StoredLayer, StoredTensor } from '../network.ts';

/**
 * Tensors with one name for layer and variable, put together by layer: `block1/conv/kernel` is `kernel` of `block1/conv`. Where
 * there is no `/`, the last dot parts them, as in PyTorch's `features.0.weight`; a name without either is both.
 * Layers come in the order of their first tensor.
 */
export function byLayer(tensors: Iterable<StoredTensor>): StoredLayer[] {
  const layers = new Map<string, StoredTensor[]>();
  for (const tensor of tensors) {
    const at = tensor.name.includes('/') ? tensor.name.lastIndexOf('/') : tensor.name.lastIndexOf('.');
    const layer = at < 0 ? tensor.name : tensor.name.slice(0, at);
    const own = layers.get(layer) ?? [];
    own.push({ ...tensor, name: tensor.name.slice(at + 1) });
    layers.set(layer, own);
  }
  return [...layers].map(([layer, own]) => ({ layer, tensors: own }));
}

/**
 * Keras' HDF5 layout up to version 2, which version 3 still writes to `.h5`: a list of layers, and for each a list of its weights.
 */
import type { StoredLayer, StoredTensor } from '../network.ts';
import type { H5 } from './h5.ts';
import { invalidFile } from './invalid.ts';
import { storedTensor } from './keras-tensor.ts';

/** @param root the group with the list: the whole file's, or `/model_weights` in a file that has the topology too */
export function readLegacyLayers(h5: H5, root: '' | '/model_weights', label: string): StoredLayer[] {
  const names = list(h5, root || '/', 'layer_names') ?? fail(label, `${root}/`, 'layer_names');
  return names.flatMap((layer) => {
    const group = `${root}/${layer}`;
    if (h5.kind(group) !== 'group')
      throw invalidFile(label, `expected a group of weights for layer ${layer}; got none`);
    const weights = list(h5, group, 'weight_names') ?? fail(label, group, 'weight_names');
    return split(
      layer,
      weights.flatMap((path) => {
        const name = path.slice(path.lastIndexOf('/') + 1).replace(/:\d+$/, '');
        const tensor = storedTensor(h5, `${group}/${path}`, { name, label });
        return tensor ? [{ path, tensor }] : [];
      }),
    );
  });
}

function fail(label: string, group: string, attribute: string): never {
  throw invalidFile(label, `expected the attribute ${attribute} in ${group}; got none`);
}

/** A list that is too long for one attribute lies in several: `layer_names0`, `layer_names1`, … */
function list(h5: H5, path: string, attribute: string): readonly string[] | undefined {
  const whole = h5.text(path, attribute);
  if (whole) return whole;
  const parts: string[] = [];
  for (let i = 0; ; i++) {
    const part = h5.text(path, `${attribute}${i}`);
    if (!part) return i === 0 ? undefined : parts;
    parts.push(...part);
  }
}

/**
 * A nested model is kept as one layer, the weights of all its layers in one list; these are told apart by their paths
 * (`stem/kernel`, `head/d1/kernel`). A layer's own weights have one path, often with another name than the layer's.
 */
function split(layer: string, weights: readonly { path: string; tensor: StoredTensor }[]): StoredLayer[] {
  const byOwner = new Map<string, StoredTensor[]>();
  for (const { path, tensor } of weights) {
    const owner = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), tensor]);
  }
  if (byOwner.size <= 1) return weights.length === 0 ? [] : [{ layer, tensors: weights.map(({ tensor }) => tensor) }];
  return [...byOwner].map(([owner, tensors]) => ({ layer: owner.slice(owner.lastIndexOf('/') + 1), tensors }));
}

/**
 * Keras 3's HDF5 layout, `.weights.h5`: a tree of objects, where a layer is known by its class and a counter
 * (`/layers/conv2d_1`), has its variables by number in `vars`, and its name in an attribute of that.
 */
import type { StoredLayer } from '../network.ts';
import type { H5 } from './h5.ts';
import { storedTensor } from './keras-tensor.ts';

/** A layer with the key that Keras itself loads it by. */
export interface KeyedLayer extends StoredLayer {
  /** Class and counter within the model, `conv2d_1`; in a nested model after the model's own, `functional/conv2d_1`. */
  readonly key: string;
}

/** The groups under which a model keeps its layers; the second is Keras 2.12's and 2.13's. */
export const layerGroups = ['layers', '_layer_checkpoint_dependencies'] as const;

interface Branch {
  readonly layers: readonly KeyedLayer[];
  /** Greatest address of anything below. */
  readonly last: number;
}

interface Walk {
  readonly h5: H5;
  readonly label: string;
  /** Addresses of groups: one may hold itself. */
  readonly seen: Set<number>;
}

/** Layers in the order in which they were written, which is the model's. */
export function readKeras3Layers(h5: H5, label: string): KeyedLayer[] {
  // Beside them lie the optimiser's variables, and the metrics'.
  const names = h5.names('/').filter((name) => name === 'vars' || layerGroups.some((group) => group === name));
  return [...branch({ h5, label, seen: new Set() }, { path: '', key: [], names }).layers];
}

function branch(walk: Walk, at: { path: string; key: readonly string[]; names: readonly string[] }): Branch {
  const { h5, seen } = walk;
  const { path, key, names } = at;
  const own = names.includes('vars') ? variables(walk, `${path}/vars`, key) : { layers: [], last: 0 };
  const children = names.flatMap((name) => {
    const below = `${path}/${name}`;
    if (name === 'vars' || h5.kind(below) !== 'group') return [];
    const address = h5.address(below);
    if (seen.has(address)) return [];
    seen.add(address);
    const isList = layerGroups.some((group) => group === name);
    const found = branch(walk, { path: below, key: isList ? key : [...key, name], names: h5.names(below) });
    return [{ name, layers: found.layers, last: Math.max(found.last, address) }];
  });
  return {
    layers: [...own.layers, ...asWritten(children).flatMap(({ layers }) => layers)],
    last: Math.max(own.last, ...children.map(({ last }) => last)),
  };
}

function variables({ h5, label }: Walk, path: string, key: readonly string[]): Branch {
  const names = [...h5.names(path)].sort((a, b) => Number(a) - Number(b));
  const tensors = names.flatMap((name) => storedTensor(h5, `${path}/${name}`, { name, label }) ?? []);
  const last = Math.max(h5.address(path), ...names.map((name) => h5.address(`${path}/${name}`)));
  if (tensors.length === 0) return { layers: [], last };
  // The first versions of Keras 3 keep no names.
  const layer = h5.text(path, 'name')?.[0] ?? key.at(-1) ?? '';
  return { layers: [{ layer, key: key.join('/'), tensors }], last };
}

/**
 * The groups are sorted by name in the file. Within a class the counter gives the order; between classes, where they lie in
 * the file does: what is written later lies further on, unless it fills a gap. (Exact for 10 of 13 networks of
 * keras.applications, up to 4 of 448 layers out of place in the others, each time layers of different classes.)
 */
function asWritten<T extends { name: string; last: number }>(siblings: readonly T[]): T[] {
  const counted = siblings.map((sibling) => {
    const [, className = sibling.name, counter = '0'] = /^(.*?)(?:_(\d+))?$/.exec(sibling.name) ?? [];
    return { sibling, className, counter: Number(counter) };
  });
  counted.sort((a, b) => a.counter - b.counter);
  const furthest = new Map<string, number>();
  const placed = counted.map(({ sibling, className }) => {
    const place = Math.max(sibling.last, furthest.get(className) ?? 0);
    furthest.set(className, place);
    return { sibling, place };
  });
  return placed.sort((a, b) => a.place - b.place).map(({ sibling }) => sibling);
}

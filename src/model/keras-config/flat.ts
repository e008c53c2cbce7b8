/**
 * The flat list of layers that is filled while a tree of models is walked: names, and layers that are called several times.
 */
import { hasVariables, isKnownLayer, layerClasses } from '../layers/index.ts';
import type { InboundTensor, LayerConfig } from '../network.ts';
import { activationName } from './names.ts';
import { type Normalised, normaliseOptions } from './options.ts';
import type { RawLayer } from './raw.ts';

interface FlatLayer extends LayerConfig {
  readonly inbound_nodes: InboundTensor[][];
}

/** What became of a layer when it was called first. */
interface Known {
  readonly layer: FlatLayer;
  readonly normalised: Normalised;
  calls: number;
}

export interface FlatLayers {
  readonly layers: readonly LayerConfig[];
  /**
   * Adds one call of a layer of the model `owner` and returns its output. Only a layer with variables is kept as one layer for all
   * its calls. One whose class is not understood is noted only.
   */
  call(raw: RawLayer, owner: string, inputs: InboundTensor[]): InboundTensor;
  /** What is to be said of classes that are not understood; undefined where there were none. */
  complaint(): string | undefined;
}

/** @param original all names in the tree: names that are made up give way to them */
export function flatLayers(original: ReadonlySet<string>): FlatLayers {
  const layers: FlatLayer[] = [];
  const taken = new Set<string>();
  const met = new Map<RawLayer, Known>();
  const unknown = new Map<string, string[]>();

  function nameFor(wanted: string, owner: string): string {
    const first = taken.has(wanted) ? `${owner}_${wanted}` : wanted;
    let name = first;
    for (let n = 2; taken.has(name) || (name !== wanted && original.has(name)); n++) name = `${first}_${n}`;
    taken.add(name);
    return name;
  }

  function add(wanted: string, owner: string, { className, config }: Normalised, inputs: InboundTensor[]): FlatLayer {
    const name = nameFor(wanted, owner);
    const inbound_nodes = className === 'InputLayer' ? [] : [inputs];
    const layer: FlatLayer = { class_name: className, name, config: { name, ...config }, inbound_nodes };
    layers.push(layer);
    return layer;
  }

  function first(raw: RawLayer, owner: string, inputs: InboundTensor[]): Known | undefined {
    const normalised = normaliseOptions(raw.className, raw.config, `layer ${raw.name} (${raw.className})`);
    if (normalised === undefined) return undefined;
    const known: Known = { layer: add(raw.name, owner, normalised, inputs), normalised, calls: 1 };
    met.set(raw, known);
    return known;
  }

  function again(known: Known, owner: string, inputs: InboundTensor[]): InboundTensor {
    known.calls += 1;
    const { layer, normalised } = known;
    if (isKnownLayer(layer.class_name) && hasVariables(layer.class_name)) {
      return [layer.name, layer.inbound_nodes.push(inputs) - 1, 0, {}];
    }
    return [add(`${layer.name}_call_${known.calls}`, owner, normalised, inputs).name, 0, 0, {}];
  }

  return {
    layers,
    call(raw, owner, inputs) {
      const before = met.get(raw);
      const known = before ?? first(raw, owner, inputs);
      if (known === undefined) {
        unknown.set(raw.className, [...(unknown.get(raw.className) ?? []), raw.name]);
        return [raw.name, 0, 0, {}];
      }
      const output: InboundTensor = before === undefined ? [known.layer.name, 0, 0, {}] : again(known, owner, inputs);
      const { then } = known.normalised;
      if (then === undefined) return output;
      return [add(activationName(output[0]), owner, then, [output]).name, 0, 0, {}];
    },
    complaint() {
      if (unknown.size === 0) return undefined;
      const shown = [...unknown].map(([className, names]) => {
        const more = names.length > 3 ? `, and ${names.length - 3} more` : '';
        return `${className} (${names.slice(0, 3).join(', ')}${more})`;
      });
      return `expected layers of the classes ${layerClasses.join(', ')}; got ${shown.join('; ')}`;
    },
  };
}

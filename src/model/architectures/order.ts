import type { LayerConfig } from '../network.ts';

/**
 * What the layer `output` needs, in the order that Keras gives to `model.layers`: by the longest way to the output, the
 * longest first; where that is equal, by when a walk from the output, inputs first to last, meets the layer.
 *
 * That order is part of the file format: Keras' older `.h5` files are read in it where names do not fit.
 * Every layer is expected to be called once, and its inputs to be in `layers`.
 */
export function kerasOrder(layers: ReadonlyMap<string, LayerConfig>, output: string): LayerConfig[] {
  const met = new Map<string, number>();
  const inputsFirst: string[] = [];
  const inputsOf = (name: string): string[] => (layers.get(name)!.inbound_nodes[0] ?? []).map(([input]) => input);
  const visit = (name: string): void => {
    if (met.has(name)) return;
    met.set(name, met.size);
    for (const input of inputsOf(name)) visit(input);
    inputsFirst.push(name);
  };
  visit(output);

  const depths = new Map([[output, 0]]);
  for (const name of [...inputsFirst].reverse()) {
    for (const input of inputsOf(name)) {
      depths.set(input, Math.max(depths.get(input) ?? 0, depths.get(name)! + 1));
    }
  }
  return inputsFirst
    .sort((a, b) => depths.get(b)! - depths.get(a)! || met.get(a)! - met.get(b)!)
    .map((name) => layers.get(name)!);
}

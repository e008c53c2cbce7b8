/**
 * TF.js takes letters, digits and `. _ - /` in a layer's name, with a letter or digit first; Keras takes anything.
 */
import type { LayerConfig } from '../network.ts';

/** A name for TF.js by the name that each layer has: the same, but where TF.js would refuse it. */
export function tfjsNames(layers: readonly LayerConfig[]): ReadonlyMap<string, string> {
  const taken = new Set(layers.map(({ name }) => name));
  return new Map(
    layers.map(({ name }) => {
      if (/^[A-Za-z0-9][-\w./]*$/.test(name)) return [name, name];
      const close = name.replace(/[^-\w./]/g, '_').replace(/^[^A-Za-z0-9]/, 'x$&') || 'x';
      let free = close;
      for (let i = 1; taken.has(free); i++) free = `${close}_${i}`;
      taken.add(free);
      return [name, free];
    }),
  );
}

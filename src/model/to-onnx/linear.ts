/** What layers with weights have in common: a batch normalisation after them is folded in, and an activation may be theirs. */
import { activation, flag } from '../layers/index.ts';
import { activate } from './activation.ts';
import { type Affine, affine } from './affine.ts';
import { type Call, putOff, type Value } from './value.ts';

/**
 * @param make puts it into the graph such that its sums, without the bias, are multiplied and added to; returns its name
 */
export function linear(call: Call, make: (scaled: Affine) => string): Value {
  const { layer, shape } = call;
  const bias = affine(shape.at(-1)!, undefined, flag(layer, 'use_bias', true) ? call.variable('bias').data : undefined);
  const name = activation(layer);
  if (name !== 'linear') return activate(call, name, make(bias));
  return putOff(call, () => make(bias), { linear: { affine: bias, make } });
}

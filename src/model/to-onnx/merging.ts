/** Layers with several inputs. A picture of 1 x 1, or of one channel, goes with a larger one: in the graph as in Keras. */
import { axis } from '../layers/index.ts';
import { type Call, graphAxis, made, type Value } from './value.ts';

export const add = (call: Call): Value => fold(call, 'Add');
export const subtract = (call: Call): Value => made(call, chain(call, 'Sub', call.key));
export const multiply = (call: Call): Value => fold(call, 'Mul');
export const maximum = (call: Call): Value => fold(call, 'Max');

export function average(call: Call): Value {
  const { graph, key, inputs } = call;
  const sum = chain(call, 'Add', `${key}/sum`);
  return made(call, graph.node('Mul', key, [sum, graph.scalar(1 / inputs.length)]), allOf(inputs));
}

export function concatenate(call: Call): Value {
  const { graph, key, layer, inputs, shape } = call;
  const along = graphAxis(shape, axis(layer, shape.length));
  const names = inputs.map((input) => input.name());
  return made(call, graph.node('Concat', key, names, { axis: along }), allOf(inputs));
}

function fold(call: Call, op: string): Value {
  return made(call, chain(call, op, call.key), allOf(call.inputs));
}

function chain({ graph, inputs }: Call, op: string, name: string): string {
  const names = inputs.map((input) => input.name());
  return names.reduce((sum, next, i) => graph.node(op, i === names.length - 1 ? name : `${name}/${i}`, [sum, next]));
}

function allOf(inputs: readonly Value[]): { notNegative: boolean } {
  return { notNegative: inputs.every((input) => input.notNegative === true) };
}

/** Activations: layers of their own, and what a layer does with its own sums. */
import { type Activation, activation, maxValue, real } from '../layers/index.ts';
import type { Graph } from './graph.ts';
import { type Call, made, type Value } from './value.ts';

interface Context {
  readonly graph: Graph;
  /** Name for what comes out. */
  readonly key: string;
  /** The graph's axis of the channels. */
  readonly axis: number;
}

type Rule = (context: Context, x: string) => string;

const rules: Readonly<Record<Exclude<Activation, 'linear'>, Rule>> = {
  relu: ({ graph, key }, x) => graph.node('Relu', key, [x]),
  relu6: ({ graph, key }, x) => graph.node('Clip', key, [x, graph.scalar(0), graph.scalar(6)]),
  sigmoid: ({ graph, key }, x) => graph.node('Sigmoid', key, [x]),
  tanh: ({ graph, key }, x) => graph.node('Tanh', key, [x]),
  softmax: ({ graph, key, axis }, x) => graph.node('Softmax', key, [x], { axis }),
  swish: ({ graph, key }, x) => graph.node('Mul', key, [x, graph.node('Sigmoid', `${key}/sigmoid`, [x])]),
  elu: ({ graph, key }, x) => graph.node('Elu', key, [x], { alpha: { float: 1 } }),
  selu: ({ graph, key }, x) => graph.node('Selu', key, [x]),
  softplus: ({ graph, key }, x) => graph.node('Softplus', key, [x]),
  gelu({ graph, key }, x) {
    const scaled = graph.node('Mul', `${key}/scaled`, [x, graph.scalar(Math.SQRT1_2)]);
    const erf = graph.node('Erf', `${key}/erf`, [scaled]);
    const twice = graph.node('Add', `${key}/twice`, [erf, graph.scalar(1)]);
    return graph.node('Mul', key, [graph.node('Mul', `${key}/double`, [x, twice]), graph.scalar(0.5)]);
  },
};

const neverNegative: ReadonlySet<Activation> = new Set(['relu', 'relu6', 'sigmoid', 'softmax', 'softplus']);

/** @param x the name of what goes in, which has the shape of the call's output */
export function activate(call: Call, name: Activation, x: string): Value {
  const { graph, key, shape } = call;
  const axis = shape.length === 3 ? 1 : shape.length;
  return made(call, name === 'linear' ? x : rules[name]({ graph, key, axis }, x), {
    notNegative: neverNegative.has(name),
  });
}

export const activationLayer = (call: Call): Value => activate(call, activation(call.layer), call.inputs[0].name());

export const softmax = (call: Call): Value => activate(call, 'softmax', call.inputs[0].name());

/** With a negative slope `max_value` still holds, and below `threshold` the slope counts from there, as in Keras. */
export function relu(call: Call): Value {
  const { graph, key, layer, inputs } = call;
  const x = inputs[0].name();
  const limit = maxValue(layer);
  const limited = Number.isFinite(limit);
  return made(
    call,
    limited ? graph.node('Clip', key, [x, graph.scalar(0), graph.scalar(limit)]) : graph.node('Relu', key, [x]),
    { notNegative: true },
  );
}

export function leakyRelu(call: Call): Value {
  const { graph, key, layer, inputs } = call;
  return made(call, graph.node('LeakyRelu', key, [inputs[0].name()], { alpha: { float: real(layer, 'alpha', 0.3) } }));
}

export function elu(call: Call): Value {
  const { graph, key, layer, inputs } = call;
  return made(call, graph.node('Elu', key, [inputs[0].name()], { alpha: { float: real(layer, 'alpha', 1) } }));
}

/** A slope for each number of the input, or for each channel where height and width are shared. */
export function prelu(call: Call): Value {
  const { graph, key, inputs } = call;
  const { shape, data } = call.variable('alpha');
  const [height, width, channels] = shape as [number, number, number];
  const slopes =
    shape.length === 3
      ? graph.floats(`${key}/alpha`, [channels, height, width], channelsFirst(data, channels))
      : graph.floats(`${key}/alpha`, shape, data);
  return made(call, graph.node('PRelu', key, [inputs[0].name(), slopes]));
}

function channelsFirst(data: Float32Array, channels: number): Float32Array {
  const area = data.length / channels;
  return data.map((_, i) => data[(i % area) * channels + Math.floor(i / area)]!);
}

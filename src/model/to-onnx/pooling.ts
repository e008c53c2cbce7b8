/** Pooling with a window, and over the whole picture. */
import { flag, gemOptions, type Window, windowOf } from '../layers/index.ts';
import { padsOf } from './convolution.ts';
import type { Attributes } from './onnx-file.ts';
import { type Call, made, type Value } from './value.ts';

export function maxPooling(call: Call): Value {
  const { graph, key, layer, inputs } = call;
  const [input] = inputs;
  const window = windowOf(layer);
  const pads = padsOf(input, window);
  const inner = input.border?.inner;
  // ONNX' own border never wins. Nor do zeros where nothing is below zero and no window is all border.
  const attributes =
    inner?.notNegative && pads.every((pad, i) => pad < window.kernel[i % 2]!)
      ? { kernel_shape: window.kernel, strides: window.strides, pads }
      : undefined;
  const x = attributes ? inner!.name() : input.name();
  return made(call, graph.node('MaxPool', key, [x], attributes ?? attributesOf(input, window)), {
    notNegative: input.notNegative === true,
  });
}

/** What SAME adds is not counted: neither by Keras nor, as it is told here, by ONNX. */
export function averagePooling(call: Call): Value {
  const { graph, key, layer, inputs } = call;
  const attributes = { ...attributesOf(inputs[0], windowOf(layer)), count_include_pad: 0 };
  return made(call, graph.node('AveragePool', key, [inputs[0].name()], attributes), {
    notNegative: inputs[0].notNegative === true,
  });
}

/**
 * Where a node before puts a border around the input, the pads are not said but named: ONNX Runtime 1.30 would add that border to
 * pads that are said, though what a pooling layer adds is no zeros.
 */
function attributesOf({ shape, border }: Value, window: Window): Attributes {
  const pads = padsOf({ shape }, window);
  const named = pads.some((pad) => pad > 0) ? 'SAME_UPPER' : 'VALID';
  return { kernel_shape: window.kernel, strides: window.strides, ...(border ? { auto_pad: named } : { pads }) };
}

export const globalAveragePooling = (call: Call): Value => overall(call, 'GlobalAveragePool');
export const globalMaxPooling = (call: Call): Value => overall(call, 'GlobalMaxPool');

function overall(call: Call, op: string): Value {
  const { graph, key, layer, inputs } = call;
  const { notNegative = false } = inputs[0];
  const x = inputs[0].name();
  if (flag(layer, 'keepdims', false)) return made(call, graph.node(op, key, [x]), { notNegative });
  return made(call, graph.node('Flatten', key, [graph.node(op, `${key}/pool`, [x])], { axis: 1 }), { notNegative });
}

export function gem(call: Call): Value {
  const { graph, key, layer, inputs } = call;
  const { p, epsilon } = gemOptions(layer);
  const above = graph.node('Max', `${key}/above`, [inputs[0].name(), graph.scalar(epsilon)]);
  const powers = graph.node('Pow', `${key}/powers`, [above, graph.scalar(p)]);
  const mean = graph.node('GlobalAveragePool', `${key}/mean`, [powers]);
  const flat = graph.node('Flatten', `${key}/flat`, [mean], { axis: 1 });
  return made(call, graph.node('Pow', key, [flat, graph.scalar(1 / p)]), { notNegative: true });
}

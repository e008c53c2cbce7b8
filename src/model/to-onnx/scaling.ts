/** BatchNormalization, Normalization, Rescaling, each a multiplication and an addition; and UnitNormalization. */
import { flag, perChannel, real } from '../layers/index.ts';
import { type Affine, affine, compose, isAddingOnly } from './affine.ts';
import { recoloured } from './input.ts';
import { type Call, made, putOff, type Value } from './value.ts';

export function batchNormalization(call: Call): Value {
  const { layer } = call;
  const epsilon = real(layer, 'epsilon', 1e-3);
  const mean = call.variable('moving_mean').data;
  const gamma = flag(layer, 'scale', true) ? call.variable('gamma').data : undefined;
  const beta = flag(layer, 'center', true) ? call.variable('beta').data : undefined;
  const factor = Float64Array.from(call.variable('moving_variance').data, (variance, c) => {
    return (gamma?.[c] ?? 1) / Math.sqrt(variance + epsilon);
  });
  const offset = factor.map((each, c) => (beta?.[c] ?? 0) - mean[c]! * each);
  return scale(call, affine(factor.length, factor, offset));
}

/** Keras divides by the deviation, or by 1e-7 where there is none. */
export function normalization(call: Call): Value {
  const { layer, shape } = call;
  const channels = shape.at(-1)!;
  const numbers = (key: 'mean' | 'variance'): ArrayLike<number> =>
    layer.config[key] === undefined ? call.variable(key).data : perChannel(layer, key, channels);
  const [mean, variance] = [spread(numbers('mean'), channels), spread(numbers('variance'), channels)];
  const factor = variance.map((each) => 1 / Math.max(Math.sqrt(each), 1e-7));
  const offset = factor.map((each, c) => -mean[c]! * each);
  return scale(call, affine(channels, factor, offset));
}

export function rescaling(call: Call): Value {
  const { layer, shape } = call;
  const channels = shape.at(-1)!;
  const factor = spread(perChannel(layer, 'scale', channels), channels);
  return scale(call, affine(channels, factor, spread(perChannel(layer, 'offset', channels, 0), channels)));
}

function spread(numbers: ArrayLike<number>, channels: number): number[] {
  return Array.from({ length: channels }, (_, c) => numbers[numbers.length === 1 ? 0 : c]!);
}

/** Into the weights of the layer before, where nobody else takes what that one makes; into the colours of the input; else by itself. */
function scale(call: Call, then: Affine): Value {
  const { graph, key, shape } = call;
  const [input] = call.inputs;
  if (input.linear && input.uses === 1) {
    const { make } = input.linear;
    const scaled = compose(input.linear.affine, then);
    return putOff(call, () => make(scaled), { linear: { affine: scaled, make } });
  }
  if (input.colours) return recoloured(call, input.colours, compose(input.colours.affine, then));
  const channels = then.factor.length;
  const numbers = (name: string, values: ArrayLike<number>): string =>
    graph.floats(`${key}/${name}`, [channels], values);
  const x = input.name();
  if (shape.length !== 3) {
    const product = isAddingOnly(then) ? x : graph.node('Mul', `${key}/product`, [x, numbers('factor', then.factor)]);
    return made(call, graph.node('Add', key, [product, numbers('offset', then.offset)]));
  }
  // Not as Mul and Add: ONNX Runtime keeps its own order of numbers through this one (ResNet50V2 is 6 % faster).
  const parts = [numbers('factor', then.factor), numbers('offset', then.offset)];
  const nothing = [
    numbers('mean', new Float64Array(channels)),
    numbers('variance', new Float64Array(channels).fill(1)),
  ];
  return made(call, graph.node('BatchNormalization', key, [x, ...parts, ...nothing], { epsilon: { float: 0 } }));
}

/** `x / max(|x|, 1e-6)`. */
export function unitNormalization(call: Call): Value {
  const { graph, key, inputs, shape } = call;
  const x = inputs[0].name();
  const axes = [shape.length === 3 ? 1 : shape.length];
  const length = graph.node('ReduceL2', `${key}/length`, [x], { axes, keepdims: 1 });
  return made(call, graph.node('Div', key, [x, graph.node('Max', `${key}/least`, [length, graph.scalar(1e-6)])]));
}

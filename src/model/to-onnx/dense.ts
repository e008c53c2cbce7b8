/** Dense, over the last axis of whatever it is given. */
import type { Affine } from './affine.ts';
import { convolve, pointwise } from './convolution.ts';
import { linear } from './linear.ts';
import type { Call, Value } from './value.ts';

export function dense(call: Call): Value {
  const { graph, key, inputs, shape } = call;
  const [input] = inputs;
  const kernel = call.variable('kernel');
  const [ins, outs] = kernel.shape as [number, number];

  return linear(call, (scaled: Affine) => {
    if (shape.length === 3) {
      const tensor = { shape: [1, 1, ins, outs], read: () => kernel.data };
      return convolve(call, key, { input, kernel: tensor, window: pointwise, groups: 1 }, scaled);
    }
    const { factor, offset } = scaled;
    const weights = graph.weights(`${key}/kernel`, [ins, outs], () => columnsTimes(kernel.data, factor));
    const bias = graph.floats(`${key}/bias`, [outs], offset);
    if (shape.length === 1) return graph.node('Gemm', key, [input.name(), weights, bias]);
    return graph.node('Add', key, [graph.node('MatMul', `${key}/sums`, [input.name(), weights]), bias]);
  });
}

/** Without a copy where there is nothing to multiply: this may be the largest tensor of all. */
function columnsTimes(kernel: Float32Array, factor: Float64Array): Float32Array {
  const columns = factor.length;
  return factor.every((each) => each === 1) ? kernel : kernel.map((value, i) => value * factor[i % columns]!);
}

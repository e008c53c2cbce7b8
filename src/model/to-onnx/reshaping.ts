/** Flatten, Reshape, Permute: to all three a picture is what it is in Keras, channels last. */
import { permutation, type Shape } from '../layers/index.ts';
import { asKeras, type Call, graphAxis, made, type Value } from './value.ts';

/** Flatten, too, makes the shape that the call's output is known to have. */
export function reshape(call: Call): Value {
  const { graph, key, inputs, shape } = call;
  const [input] = inputs;
  const { notNegative = false } = input;
  const x = sameInBoth(input.shape) ? input.name() : asKeras(graph, input);
  const to = (name: string, dims: Shape): string =>
    graph.node('Reshape', name, [x, graph.integers(`${key}/shape`, [0, ...dims])]);
  if (shape.length !== 3) return made(call, to(key, shape), { notNegative });
  const [height, width, channels] = shape as [number, number, number];
  if (sameInBoth(shape)) return made(call, to(key, [channels, height, width]), { notNegative });
  const picture = graph.node('Transpose', key, [to(`${key}/nhwc`, shape)], { perm: [0, 3, 1, 2] });
  return made(call, picture, { notNegative });
}

/** A picture of one pixel or one channel has its numbers in the same order, channels first or last. */
function sameInBoth([height, width, channels, ...more]: Shape): boolean {
  return channels === undefined || more.length > 0 || channels === 1 || height! * width! === 1;
}

export function permute(call: Call): Value {
  const { graph, key, layer, inputs, shape } = call;
  const [input] = inputs;
  const from = permutation(layer, shape.length).map((axis) => graphAxis(input.shape, axis));
  const perm = shape.length === 3 ? [from[2]!, from[0]!, from[1]!] : from;
  return made(call, graph.node('Transpose', key, [input.name()], { perm: [0, ...perm] }), {
    notNegative: input.notNegative === true,
  });
}

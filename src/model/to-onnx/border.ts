/** ZeroPadding2D, Cropping2D, UpSampling2D. */
import { edgesOf, upSampling } from '../layers/index.ts';
import { type Call, made, putOff, type Value } from './value.ts';

/** Most windows that come after it add the zeros themselves, which saves a copy of the picture. */
export function zeroPadding(call: Call): Value {
  const { graph, key, layer, inputs } = call;
  const [inner] = inputs;
  const edges = edgesOf(layer);
  const { top, left, bottom, right } = edges;
  const make = (): string => {
    const pads = graph.integers(`${key}/pads`, [0, 0, top, left, 0, 0, bottom, right]);
    return graph.node('Pad', key, [inner.name(), pads]);
  };
  return putOff(call, make, { border: { inner, edges }, notNegative: inner.notNegative === true });
}

export function cropping(call: Call): Value {
  const { graph, key, layer, inputs } = call;
  const [input] = inputs;
  const { top, left } = edgesOf(layer);
  const [height, width] = call.shape as [number, number];
  const parts = [
    graph.integers(`${key}/starts`, [top, left]),
    graph.integers(`${key}/ends`, [top + height, left + width]),
    graph.integers(`${key}/axes`, [2, 3]),
  ];
  return made(call, graph.node('Slice', key, [input.name(), ...parts]), { notNegative: input.notNegative === true });
}

export function enlarging(call: Call): Value {
  const { graph, key, layer, inputs } = call;
  const { size, interpolation } = upSampling(layer);
  const scales = graph.floats(`${key}/scales`, [4], [1, 1, ...size]);
  const how =
    interpolation === 'nearest'
      ? { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
      : { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
  return made(call, graph.node('Resize', key, [inputs[0].name(), '', scales], how), {
    notNegative: inputs[0].notNegative === true,
  });
}

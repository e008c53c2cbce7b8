/**
 * What an ONNX network takes, made of pixels as a decoder gives them: bytes, [N, height, width, 3] in RGB.
 */
import type { InputSpec } from '../model/manifest.ts';
import { normalisationOf } from '../model/normalisation.ts';
import { addFloats, addNode, type OnnxPart } from './onnx-head.ts';

/** @param to name of what comes out; nothing is to be done where that is `pixels` itself */
export function inputPart(spec: InputSpec, pixels: string, to: string, own: (name: string) => string): OnnxPart {
  const part: OnnxPart = { nodes: [], initializers: [] };
  let now = pixels;
  if (spec.colour === 'bgr') {
    const order = own('blue first');
    part.initializers.push({
      name: order,
      type: 'int64',
      dims: [3],
      data: new Uint8Array(BigInt64Array.of(2n, 1n, 0n).buffer),
    });
    now = addNode(part, 'Gather', own('bgr'), [now, order], { axis: 3 });
  }
  if (spec.layout === 'nchw') now = addNode(part, 'Transpose', own('planes'), [now], { perm: [0, 3, 1, 2] });
  if (spec.type === 'float32') {
    const { scale, mean, std } = normalisationOf(spec);
    const dims = spec.layout === 'nchw' ? [1, 3, 1, 1] : [1, 1, 1, 3];
    const channels = (name: string, value: (c: number) => number): string =>
      addFloats(part, own(name), dims, Float32Array.from([0, 1, 2], value));
    const floats = addNode(part, 'Cast', own('floats'), [now], { to: 1 });
    const scaled = addNode(part, 'Mul', own('scaled'), [floats, channels('factor', (c) => scale / std[c]!)]);
    now = addNode(part, 'Add', own('colours'), [scaled, channels('offset', (c) => -mean[c]! / std[c]!)]);
  }
  if (now !== to) addNode(part, 'Identity', to, [now]);
  return part;
}

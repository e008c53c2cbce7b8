/**
 * A head as a part of an ONNX graph. Only operators that mean the same in every version since 7, whichever the file has.
 */
import type { DenseLayer } from '../head/head.ts';
import type { Initializer, OnnxNode } from '../model/to-onnx/onnx-file.ts';
import type { Piece } from '../model/to-onnx/protobuf.ts';
import { type ClassifierParts, outLabels } from './parts.ts';

/** Grows while its tensors get names. */
export interface OnnxPart {
  readonly nodes: OnnxNode[];
  readonly initializers: Initializer[];
}

/** Adds a node with one output. @returns its name, as given */
export function addNode(
  { nodes }: OnnxPart,
  op: string,
  name: string,
  inputs: readonly string[],
  attributes: OnnxNode['attributes'] = {},
): string {
  nodes.push({ op, name, inputs, outputs: [name], attributes });
  return name;
}

export function addFloats(
  { initializers }: OnnxPart,
  name: string,
  dims: readonly number[],
  values: Float32Array,
): string {
  initializers.push({ name, type: 'float32', dims, data: floatBytes(values) });
  return name;
}

/**
 * From the raw embedding to `embedding`, unit length in the head's space, and `probabilities`.
 * @param raw name of the network's own output, of any rank
 * @param own makes a name that the file does not have
 */
export function headPart(
  raw: string,
  { head, projection }: Omit<ClassifierParts, 'backbone'>,
  own: (name: string) => string,
): OnnxPart {
  const part: OnnxPart = { nodes: [], initializers: [] };
  const unit = (name: string, from: string): string =>
    addNode(part, 'LpNormalization', name, [from], { axis: 1, p: 2 });
  const dense = (name: string, from: string, { inputs, outputs, weights, biases }: DenseLayer): string => {
    const kernel = addFloats(part, own(`${name}/weights`), [outputs, inputs], weights);
    const bias = addFloats(part, own(`${name}/biases`), [outputs], biases);
    return addNode(part, 'Gemm', own(name), [from, kernel, bias], { transB: 1 });
  };
  let vector = addNode(part, 'Flatten', own('flat'), [raw], { axis: 1 });
  if (projection) {
    const { mean, components } = projection;
    const dims = [components.length / mean.length, mean.length];
    const centred = addNode(part, 'Sub', own('centred'), [
      unit(own('unit'), vector),
      addFloats(part, own('mean'), [mean.length], mean),
    ]);
    const rows = addFloats(part, own('components'), dims, components);
    const none = addFloats(part, own('nothing'), [dims[0]!], new Float32Array(dims[0]!));
    vector = addNode(part, 'Gemm', own('projected'), [centred, rows, none], { transB: 1 });
  }
  let now = unit('embedding', vector);
  head.layers.forEach((layer, i) => {
    if (i > 0) now = addNode(part, 'Relu', own(`hidden ${i}`), [now]);
    now = dense(`layer ${i + 1}`, now, layer);
  });
  const temperature = addFloats(part, own('temperature'), [1], Float32Array.of(head.temperature));
  const logits = addNode(part, 'Div', own('logits'), [now, temperature]);
  const { labels, sums } = outLabels(head);
  const softmax = addNode(part, 'Softmax', sums ? own('softmax') : 'probabilities', [logits], { axis: 1 });
  if (sums) {
    const columns = addFloats(part, own('sums'), [head.labels.length, labels.length], sums);
    addNode(part, 'MatMul', 'probabilities', [softmax, columns]);
  }
  return part;
}

/** ONNX is little endian, as is every machine that ONNX Runtime runs on. */
function floatBytes({ buffer, byteOffset, byteLength }: Float32Array): Piece {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * The messages of an ONNX file. Field numbers and types: onnx/onnx.proto of ONNX 1.8 (IR version 7, opset 13), which every
 * ONNX Runtime since 1.6 reads.
 */
import { delimited, type Fields, float, integer, type Piece, text, toBytes } from './protobuf.ts';

const IR_VERSION = 7;
const OPSET = 13;

/** TensorProto.DataType. */
export const elementTypes = { float32: 1, uint8: 2, int64: 7, float16: 10 } as const;
export type ElementType = keyof typeof elementTypes;

/** A number is an integer unless it is wrapped: JavaScript cannot tell 1 from 1.0. */
export type Attribute = number | { readonly float: number } | string | readonly number[];
export type Attributes = Readonly<Record<string, Attribute>>;

export interface OnnxNode {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** Numbers that lie in the file, little endian. */
export interface Initializer {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly data: Piece;
}

/** An input or an output; a dimension that is text is free. */
export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (number | string)[];
}

export interface OnnxGraph {
  readonly name: string;
  /** In running order. */
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly Initializer[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

/** Some of what a graph is made of. */
export type GraphPart = Partial<Omit<OnnxGraph, 'name'>>;

/** The bytes of a file with this graph. */
export function writeOnnx({ name, nodes, ...rest }: OnnxGraph): Uint8Array {
  const graph = [...graphFields({ nodes }), ...text(2, name), ...graphFields(rest)];
  const opset = [...text(1, ''), ...integer(2, OPSET)];
  return toBytes([...integer(1, IR_VERSION), ...text(2, 'pixkin'), ...delimited(7, graph), ...delimited(8, opset)]);
}

/** Fields of a graph's message, which may be written in several parts: their nodes run in that order. */
export function graphFields({ nodes = [], initializers = [], inputs = [], outputs = [] }: GraphPart): Fields {
  return [
    ...nodes.flatMap((node) => delimited(1, nodeFields(node))),
    ...initializers.flatMap((initializer) => delimited(5, tensorFields(initializer))),
    ...inputs.flatMap((input) => delimited(11, valueFields(input))),
    ...outputs.flatMap((output) => delimited(12, valueFields(output))),
  ];
}

/** What a file says of itself besides, as text by keys: the model's `metadata_props`. */
export function metadataFields(metadata: Readonly<Record<string, string>>): Fields {
  return Object.entries(metadata).flatMap(([key, value]) => delimited(14, [...text(1, key), ...text(2, value)]));
}

function nodeFields({ op, name, inputs, outputs, attributes }: OnnxNode): Fields {
  return [
    ...inputs.flatMap((input) => text(1, input)),
    ...outputs.flatMap((output) => text(2, output)),
    ...text(3, name),
    ...text(4, op),
    ...Object.entries(attributes).flatMap(([key, value]) => delimited(5, [...text(1, key), ...attributeFields(value)])),
  ];
}

/** The value, and in field 20 which of the fields it is in. */
function attributeFields(value: Attribute): Fields {
  if (typeof value === 'number') return [...integer(3, value), ...integer(20, 2)];
  if (typeof value === 'string') return [...text(4, value), ...integer(20, 3)];
  if ('float' in value) return [...float(2, value.float), ...integer(20, 1)];
  return [...value.flatMap((each) => integer(8, each)), ...integer(20, 7)];
}

function tensorFields({ name, type, dims, data }: Initializer): Fields {
  return [
    ...dims.flatMap((dim) => integer(1, dim)),
    ...integer(2, elementTypes[type]),
    ...text(8, name),
    ...delimited(9, [data]),
  ];
}

function valueFields({ name, type, dims }: ValueInfo): Fields {
  const shape = dims.flatMap((dim) => delimited(1, typeof dim === 'number' ? integer(1, dim) : text(2, dim)));
  const tensor = [...integer(1, elementTypes[type]), ...delimited(2, shape)];
  return [...text(1, name), ...delimited(2, delimited(1, tensor))];
}

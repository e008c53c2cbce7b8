/**
 * An ONNX file with another beginning and another end: its own input and outputs become tensors inside.
 */
import { type GraphPart, graphFields, metadataFields } from './onnx-file.ts';
import { delimited, type Fields, text, toBytes } from './protobuf.ts';
import { fieldsOf } from './read-protobuf.ts';

/** What is put around a graph. Names that both use are the old graph's no more: `renamed` says what they are called now. */
export interface Extension {
  /** The input that becomes a tensor inside. */
  readonly input: string;
  /** Runs before it. */
  readonly before: GraphPart;
  /** Runs after it. */
  readonly after: GraphPart;
  /** New names of tensors and nodes that the file has. */
  readonly renamed: ReadonlyMap<string, string>;
  /** @see metadataFields */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Field numbers of onnx/onnx.proto. */
const GRAPH = 7;
const METADATA = 14;
const node = { number: 1, inputs: 1, outputs: 2, name: 3 } as const;
const tensor = { number: 5, name: 8 } as const;
const INPUT = 11;
const OUTPUT = 12;
const VALUE_INFO = 13;

/**
 * @param file a whole ONNX file
 * @throws RangeError where it is none; PixkinError `backbone_invalid`: 2 GiB and more
 */
export function extendOnnx(file: Uint8Array, { metadata, ...inside }: Extension): Uint8Array {
  const model: Fields = [...fieldsOf(file)].flatMap(({ number, whole, content }): Fields => {
    if (number === METADATA) return [];
    return number === GRAPH ? delimited(GRAPH, extended(content, inside)) : [whole];
  });
  return toBytes([...model, ...metadataFields(metadata)]);
}

function extended(graph: Uint8Array, { input, before, after, renamed }: Omit<Extension, 'metadata'>): Fields {
  const own = [...fieldsOf(graph)].flatMap(({ number, whole, content }): Fields => {
    // What is known of values inside may have lost its name; nobody needs it.
    if (number === OUTPUT || number === VALUE_INFO) return [];
    // In old files the weights are inputs, too.
    if (number === INPUT && nameOf(content) === input) return [];
    if (number === node.number) return rename(number, content, [node.inputs, node.outputs, node.name], renamed, whole);
    if (number === tensor.number) return rename(number, content, [tensor.name], renamed, whole);
    return [whole];
  });
  return [...graphFields(before), ...own, ...graphFields(after)];
}

function rename(
  number: number,
  message: Uint8Array,
  names: readonly number[],
  renamed: Extension['renamed'],
  whole: Uint8Array,
): Fields {
  const fields = [...fieldsOf(message)];
  const newName = (field: (typeof fields)[number]): string | undefined =>
    names.includes(field.number) ? renamed.get(decoder.decode(field.content)) : undefined;
  if (fields.every((field) => newName(field) === undefined)) return [whole];
  return delimited(
    number,
    fields.flatMap((field): Fields => {
      const name = newName(field);
      return name === undefined ? [field.whole] : text(field.number, name);
    }),
  );
}

const decoder = new TextDecoder();

/** Of an input. */
function nameOf(info: Uint8Array): string | undefined {
  const field = [...fieldsOf(info)].find(({ number }) => number === 1);
  return field && decoder.decode(field.content);
}

/** Pictures that a file takes at once; null where it takes any number. */
export function fixedBatch(file: Uint8Array, input: string): number | null {
  const inside = (message: Uint8Array, ...path: readonly number[]): Uint8Array[] =>
    path.reduce<Uint8Array[]>(
      (messages, wanted) =>
        messages.flatMap((each) => [...fieldsOf(each)].filter((f) => f.number === wanted).map((f) => f.content)),
      [message],
    );
  const info = inside(file, GRAPH, INPUT).find((each) => nameOf(each) === input);
  // TypeProto, its tensor, its shape, its first dimension.
  const [first] = info ? inside(info, 2, 1, 2, 1) : [];
  return first ? ([...fieldsOf(first)].find(({ number }) => number === 1)?.integer ?? null) : null;
}

/**
 * A graph that grows node by node. A tensor has the name of what made it: a layer, or a layer and what was done for it.
 */
import { encodeF16 } from '../../f16.ts';
import {
  type Attributes,
  type ElementType,
  type Initializer,
  type OnnxNode,
  type ValueInfo,
  writeOnnx,
} from './onnx-file.ts';

/** An output of the graph: `made` is called `name` there. */
export interface GraphOutput {
  readonly name: string;
  readonly made: string;
  readonly dims: ValueInfo['dims'];
}

/** Every method takes the name that it would like, and gives the one that is used: with a number where it was taken. */
export interface Graph {
  /** A node with one output. */
  node(op: string, name: string, inputs: readonly string[], attributes?: Attributes): string;
  /**
   * Weights of a convolution or a matrix, stored as the compiler was asked to.
   * @param read gives as many numbers as `dims` say; called when they are written, so that only one tensor is in memory at a time
   */
  weights(name: string, dims: readonly number[], read: () => Float32Array): string;
  /** What is always float32: biases, and whatever else is small. */
  floats(name: string, dims: readonly number[], values: ArrayLike<number>): string;
  /** One number, shared by all that need it. */
  scalar(value: number): string;
  /** A shape, pads, axes. */
  integers(name: string, values: readonly number[]): string;
  /** The file. */
  finish(name: string, input: ValueInfo, outputs: readonly GraphOutput[]): Uint8Array;
}

/** @param reserved names of the graph's own input and outputs */
export function createGraph(storeAs: 'f32' | 'f16', reserved: readonly string[]): Graph {
  const nodes: OnnxNode[] = [];
  const initializers: Initializer[] = [];
  const taken = new Set(reserved);
  const scalars = new Map<number, string>();

  const free = (wanted: string): string => {
    let name = wanted;
    for (let i = 1; taken.has(name); i++) name = `${wanted}_${i}`;
    taken.add(name);
    return name;
  };
  const initializer = (
    wanted: string,
    type: ElementType,
    dims: readonly number[],
    data: Initializer['data'],
  ): string => {
    const name = free(wanted);
    initializers.push({ name, type, dims, data });
    return name;
  };
  const node: Graph['node'] = (op, wanted, inputs, attributes = {}) => {
    const name = free(wanted);
    nodes.push({ op, name, inputs, outputs: [name], attributes });
    return name;
  };
  const floats: Graph['floats'] = (name, dims, values) =>
    initializer(name, 'float32', dims, bytesOf(Float32Array.from(values)));

  return {
    node,
    floats,

    weights(name, dims, read) {
      const half = storeAs === 'f16' ? toHalf(read()) : undefined;
      // ONNX Runtime folds the cast when it loads the file: the arithmetic is float32.
      if (half) return node('Cast', name, [initializer(`${name}.f16`, 'float16', dims, half)], { to: 1 });
      const length = 4 * dims.reduce((a, b) => a * b, 1);
      return initializer(name, 'float32', dims, { length, write: (target) => target.set(bytesOf(read())) });
    },

    scalar(value) {
      const name = scalars.get(value) ?? floats(`scalar ${value}`, [], [value]);
      scalars.set(value, name);
      return name;
    },

    integers(name, values) {
      return initializer(name, 'int64', [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
    },

    finish(name, input, outputs) {
      // ONNX Runtime drops these copies. They let one tensor be two outputs, and a layer have the name of an output.
      const copies = outputs.map(({ name: output, made }): OnnxNode => {
        return { op: 'Identity', name: output, inputs: [made], outputs: [output], attributes: {} };
      });
      const ends = outputs.map(({ name: output, dims }): ValueInfo => ({ name: output, type: 'float32', dims }));
      return writeOnnx({ name, nodes: [...nodes, ...copies], initializers, inputs: [input], outputs: ends });
    },
  };
}

const LARGEST_HALF = 65504;

/** undefined where a number does not fit: then all of the tensor stays float32. */
function toHalf(values: Float32Array): Uint8Array | undefined {
  return values.some((value) => !(Math.abs(value) <= LARGEST_HALF)) ? undefined : encodeF16(values);
}

/** ONNX is little endian, as is every machine that ONNX Runtime runs on. */
function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

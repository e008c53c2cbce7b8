/**
 * What flows between the layers while a network is compiled. A picture (rank 3) lies in the graph as
 * [N, channels, height, width], all else as Keras has it. Some values are not made at once, since what follows may take them
 * in: a convolution whose batch normalisation comes next, a border of zeros, the normalised colours of the input.
 */
import type { Edges, Shape } from '../layers/index.ts';
import type { LayerConfig, Tensor } from '../network.ts';
import type { Affine } from './affine.ts';
import type { Graph } from './graph.ts';

export interface Value {
  /** As Keras has it: [height, width, channels] of a picture. */
  readonly shape: Shape;
  /** How many layers and outputs take it. */
  readonly uses: number;
  /** Its name in the graph, where it is made now if it was not yet. */
  name(): string;
  /** A convolution or Dense: it can be made so that its channels are scaled too. */
  readonly linear?: Linear;
  /** The input's colours, where a convolution may take them in. */
  readonly colours?: Colours;
  /** `inner` with zeros around it. */
  readonly border?: { readonly inner: Value; readonly edges: Edges };
  /** No number in it is below zero. */
  readonly notNegative?: boolean;
}

export interface Linear {
  /** What its channels are scaled by so far, bias included. */
  readonly affine: Affine;
  make(affine: Affine): string;
}

export interface Colours {
  /** From bytes to colours, in the network's order of channels. */
  readonly affine: Affine;
  /** The network's order is BGR. */
  readonly reversed: boolean;
  /** The bytes as floats, [N, 3, height, width] in RGB. */
  bytes(): string;
  /** The same, less what makes each channel zero where its colour is zero. */
  centred(): string;
}

/** One call of a layer, while it is compiled. */
export interface Call {
  readonly layer: LayerConfig;
  /** Name of its output: the layer's, from its second call with a number. */
  readonly key: string;
  readonly inputs: readonly [Value, ...Value[]];
  readonly shape: Shape;
  readonly uses: number;
  readonly graph: Graph;
  /** One of the layer's variables. Its numbers may be read from a file each time that they are asked for. */
  variable(name: string): Tensor;
}

/** The result of a call that is in the graph. */
export function made(
  { shape, uses }: Pick<Call, 'shape' | 'uses'>,
  name: string,
  o: Pick<Value, 'notNegative'> = {},
): Value {
  return { shape, uses, name: () => name, ...o };
}

/** The result of a call that is made when somebody asks for its name. */
export function putOff(
  { shape, uses }: Pick<Call, 'shape' | 'uses'>,
  make: () => string,
  o: Omit<Value, 'shape' | 'uses' | 'name'>,
): Value {
  return { shape, uses, name: once(make), ...o };
}

export function once<T>(make: () => T): () => T {
  let done: { readonly result: T } | undefined;
  return () => {
    done ??= { result: make() };
    return done.result;
  };
}

/** Number of an axis in the graph; `axis` is an index into the shape. */
export function graphAxis(shape: Shape, axis: number): number {
  return shape.length === 3 ? [2, 3, 1][axis]! : axis + 1;
}

/** The name of a value whose numbers lie as Keras has them: a picture's channels last. */
export function asKeras(graph: Graph, value: Value): string {
  const name = value.name();
  return value.shape.length === 3 ? graph.node('Transpose', `${name}/nhwc`, [name], { perm: [0, 2, 3, 1] }) : name;
}

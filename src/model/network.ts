/**
 * A network as data: the topology in the form of Keras 2's functional models, which TF.js reads too, and named tensors.
 * Always flat and with one input and one output: nested models and Sequential ones are inlined when they are read.
 */

/** `[name of the layer, which of its calls, which of its outputs (always 0), keyword arguments (always empty)]`. */
export type InboundTensor = readonly [layer: string, node: number, tensor: 0, kwargs: Readonly<Record<string, never>>];

/** One layer. `inbound_nodes` has an entry for each time that it is called: the tensors of that call, none for an InputLayer. */
export interface LayerConfig {
  readonly class_name: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inbound_nodes: readonly (readonly InboundTensor[])[];
}

/** A topology: what `model.to_json()` of Keras 2 writes, less its version. `layers` are in topological order. */
export interface NetworkConfig {
  readonly class_name: 'Functional';
  readonly config: {
    readonly name: string;
    readonly layers: readonly LayerConfig[];
    readonly input_layers: readonly [readonly [layer: string, node: 0, tensor: 0]];
    readonly output_layers: readonly [readonly [layer: string, node: number, tensor: 0]];
  };
}

/** A variable that a layer has, as its class and its input's shape decide it. Kernels of convolutions are HWIO, of Dense [in, out]. */
export interface VariableSpec {
  /** Keras' own name: kernel, bias, gamma, beta, moving_mean, moving_variance, depthwise_kernel, pointwise_kernel, alpha, mean, variance. */
  readonly name: string;
  readonly shape: readonly number[];
}

/** Numbers with a shape, rows first. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Each layer's variables in the order of its VariableSpecs; layers without variables are not in it. */
export type Weights = ReadonlyMap<string, readonly (VariableSpec & Tensor)[]>;

/** A network that can be compiled for any runtime. */
export interface Network {
  readonly config: NetworkConfig;
  readonly weights: Weights;
}

/** A tensor in a file, not read yet. */
export interface StoredTensor {
  /** As the file has it, without the layer and without `:0`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Reads it, as float32 whatever the file's type is. */
  read(): Float32Array;
}

/** What a file says of one layer, its tensors in the file's order. */
export interface StoredLayer {
  readonly layer: string;
  readonly tensors: readonly StoredTensor[];
}

/** A file of weights, open. */
export interface WeightsFile {
  /** In the file's order, which is the model's unless it is `unordered`; only layers that have tensors. */
  readonly layers: readonly StoredLayer[];
  /** The order means nothing, so that layers can be told apart by their names only. */
  readonly unordered?: boolean;
  /** The topology, where the file has it: Keras' JSON of any version, not normalised. */
  readonly topology: unknown | undefined;
  close(): void;
}

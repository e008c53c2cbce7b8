import type { DenseLayer } from '../head/head.ts';

/** What is done to embeddings before the first layer: `(x - mean) * factor`. */
export interface Scale {
  readonly mean: Float64Array;
  readonly factor: number;
}

/**
 * Root of the mean squared length of what goes into the first layer, whatever the space: about the length of the pooled features that
 * embeddings are made of, so that learning rates known from transfer learning on those mean the same here. Embeddings have the length 1, and
 * all point to much the same side: as they are, a step that suits them would be some hundred times as large.
 */
const inputLength = 16;

/**
 * The mean, and one factor for all numbers: a factor for each would blow up those that hardly vary in a few pictures.
 * @param places of the pictures to fit it on, at least one
 */
export function fitScale(vectors: Float32Array, dim: number, places: Uint32Array): Scale {
  const mean = new Float64Array(dim);
  for (const i of places) for (let j = 0; j < dim; j++) mean[j]! += vectors[i * dim + j]! / places.length;
  let squares = 0;
  for (const i of places) for (let j = 0; j < dim; j++) squares += (vectors[i * dim + j]! - mean[j]!) ** 2;
  const length = Math.sqrt(squares / places.length);
  // All the same: there is nothing to enlarge but rounding errors.
  return { mean, factor: length > 1e-6 ? inputLength / length : 1 };
}

/** Rows of `places` one after another, ready for the first layer. */
export function scaledRows(vectors: Float32Array, places: Uint32Array, { mean, factor }: Scale): Float32Array {
  const dim = mean.length;
  const rows = new Float32Array(places.length * dim);
  for (let r = 0; r < places.length; r++) {
    const from = places[r]! * dim;
    for (let j = 0; j < dim; j++) rows[r * dim + j] = (vectors[from + j]! - mean[j]!) * factor;
  }
  return rows;
}

/**
 * A layer that takes what goes into `scale` and gives what the layer gives for what comes out of it; its weights turned around.
 * @param weights `inputs` rows of `outputs` numbers
 * @param scale null: the layer takes what it took
 */
export function foldScale(weights: Float32Array, biases: Float32Array, scale: Scale | null): DenseLayer {
  const outputs = biases.length;
  const inputs = weights.length / outputs;
  const { mean, factor } = scale ?? { mean: new Float64Array(inputs), factor: 1 };
  const turned = new Float32Array(weights.length);
  const moved = new Float32Array(outputs);
  for (let o = 0; o < outputs; o++) {
    let bias = biases[o]!;
    for (let i = 0; i < inputs; i++) {
      const weight = weights[i * outputs + o]! * factor;
      turned[o * inputs + i] = weight;
      bias -= weight * mean[i]!;
    }
    moved[o] = bias;
  }
  return { inputs, outputs, weights: turned, biases: moved };
}

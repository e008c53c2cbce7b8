/**
 * The arithmetic of a head that is being trained: layers with a rectifier in between, softmax and cross-entropy at the end, and its derivatives.
 */
import type { MatMul } from '../head/matmul.ts';
import { logSumExp } from '../head/scores.ts';

/** Weights (rows of `outputs` numbers, one for each input) and biases of the first layer, then of the next. */
export type Parameters = readonly Float32Array[];

/** Some pictures at once. */
export interface Batch {
  /** A row for each, ready for the first layer. */
  readonly rows: Float32Array;
  /** The class of each. */
  readonly given: Uint32Array;
  /** What each counts in the loss. */
  readonly weights: Float32Array | null;
  /** What the last layer's inputs are multiplied by; null: nothing is dropped. */
  readonly mask: Float32Array | null;
}

export interface Derivatives {
  /** One for each of the parameters, of the mean over the batch. */
  readonly gradients: Parameters;
  /** Sum of `-ln p` of the given classes. */
  readonly loss: number;
  /** How many were right. */
  readonly right: number;
}

/**
 * @param sizes of the input, of the hidden layers, and the number of classes
 * @returns zeros for a single layer, whose loss is convex; otherwise uniform ones (X. Glorot and Y. Bengio, "Understanding the difficulty of
 *   training deep feedforward neural networks", AISTATS 2010)
 */
export function initialParameters(sizes: readonly number[], random: () => number): Parameters {
  return sizes.slice(1).flatMap((outputs, l) => {
    const inputs = sizes[l]!;
    const weights = new Float32Array(inputs * outputs);
    const limit = Math.sqrt(6 / (inputs + outputs));
    if (sizes.length > 2) for (let i = 0; i < weights.length; i++) weights[i] = (2 * random() - 1) * limit;
    return [weights, new Float32Array(outputs)];
  });
}

/** The numbers before the softmax, a row for each of `count` pictures. */
export function logitsOfRows(
  parameters: Parameters,
  rows: Float32Array,
  count: number,
  multiply: MatMul,
): Float32Array {
  return forward(parameters, { rows, mask: null }, count, multiply).at(-1)!;
}

export function differentiate(parameters: Parameters, batch: Batch, multiply: MatMul): Derivatives {
  const { given, weights, mask } = batch;
  const count = given.length;
  const classes = parameters.at(-1)!.length;
  const activations = forward(parameters, batch, count, multiply);
  const logits = activations.at(-1)!;
  let [loss, right] = [0, 0];
  let delta = new Float32Array(logits.length);
  for (let r = 0; r < count; r++) {
    const from = r * classes;
    const label = from + given[r]!;
    const share = (weights ? weights[r]! : 1) / count;
    const logSum = logSumExp(logits, from, classes, 1);
    let best = from;
    for (let i = from; i < from + classes; i++) {
      delta[i] = share * (Math.exp(logits[i]! - logSum) - (i === label ? 1 : 0));
      if (logits[i]! > logits[best]!) best = i;
    }
    loss += logSum - logits[label]!;
    if (best === label) right++;
  }
  const gradients: Float32Array[] = [];
  for (let l = parameters.length / 2 - 1; l >= 0; l--) {
    const input = activations[l]!;
    const outputs = parameters[2 * l + 1]!.length;
    const inputs = input.length / count;
    gradients.unshift(
      multiply(transpose(input, count, inputs), delta, inputs, count, outputs),
      sumRows(delta, outputs),
    );
    if (l === 0) break;
    const back = multiply(delta, transpose(parameters[2 * l]!, inputs, outputs), count, outputs, inputs);
    // Nothing flows back through what the rectifier or the mask made 0. Only the last layer's input has a mask.
    const last = l === parameters.length / 2 - 1;
    for (let i = 0; i < back.length; i++) back[i] = input[i]! > 0 ? back[i]! * (last && mask ? mask[i]! : 1) : 0;
    delta = back as Float32Array<ArrayBuffer>;
  }
  return { gradients, loss, right };
}

/** What goes into each layer, and what comes out of the last. */
function forward(
  parameters: Parameters,
  { rows, mask }: Pick<Batch, 'rows' | 'mask'>,
  count: number,
  multiply: MatMul,
): Float32Array[] {
  const activations: Float32Array[] = [];
  let input = rows;
  for (let l = 0; l < parameters.length; l += 2) {
    const [weights, biases] = [parameters[l]!, parameters[l + 1]!];
    if (l > 0) input = input.map((value) => Math.max(0, value));
    if (mask && l + 2 === parameters.length) input = input.map((value, i) => value * mask[i]!);
    activations.push(input);
    const outputs = biases.length;
    const output = multiply(input, weights, count, input.length / count, outputs);
    for (let i = 0; i < output.length; i++) output[i]! += biases[i % outputs]!;
    input = output;
  }
  return [...activations, input];
}

function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(matrix.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) turned[c * rows + r] = matrix[r * columns + c]!;
  return turned;
}

function sumRows(matrix: Float32Array, columns: number): Float32Array {
  const sums = new Float32Array(columns);
  for (let i = 0; i < matrix.length; i++) sums[i % columns]! += matrix[i]!;
  return sums;
}

/**
 * A head behind a network, in TF.js' operations: the same arithmetic as that of a head by itself (training/network.ts), with gradients by what goes in.
 */
import { logSumExp } from '../head/scores.ts';
import type { Tensor, Tf } from '../model/to-tfjs/tf.ts';
import type { Scale } from '../training/scale.ts';

type Matrix = ReturnType<Tf['tensor2d']>;

/** The classes of a batch's pictures, and what each counts. */
export interface Given {
  readonly given: Uint32Array;
  readonly weights: Float32Array | null;
  /** Pictures of the whole batch, of which these may be a part. */
  readonly count: number;
}

/** Sums over a batch. */
export interface BatchLoss {
  loss: number;
  right: number;
}

/** An embedding that is zero stays so. */
const leastLength = 1e-12;

/** Rows of length 1, of what a network gives for a batch. */
export function unitRows(tf: Tf, output: Tensor): Matrix {
  const rows = tf.reshape(output, [output.shape[0]!, output.size / output.shape[0]!]) as Matrix;
  return tf.div(rows, tf.maximum(tf.sqrt(tf.sum(tf.square(rows), 1, true)), leastLength));
}

/**
 * The numbers before the softmax.
 * @param variables weights, a row for each input, and biases of the first layer, then of the next
 * @param mask what the inputs of the last layer are multiplied by; null: nothing is dropped
 */
export function headLogits(
  tf: Tf,
  units: Matrix,
  o: { scale: Scale; variables: readonly Tensor[]; mask: Float32Array | null },
): Matrix {
  const { scale, variables, mask } = o;
  let x = tf.mul(tf.sub(units, tf.tensor1d(Float32Array.from(scale.mean))), scale.factor) as Matrix;
  for (let l = 0; l < variables.length; l += 2) {
    if (l > 0) x = tf.relu(x);
    if (mask && l + 2 === variables.length) x = tf.mul(x, tf.tensor2d(mask, x.shape));
    x = tf.add(tf.matMul(x, variables[l] as Matrix), variables[l + 1]!);
  }
  return x;
}

/** What the pictures add to the mean of `-ln p` of the given classes, weighted; `sums` gets what they add to the sums, not weighted. */
export function crossEntropy(tf: Tf, logits: Matrix, { given, weights, count: all }: Given, sums: BatchLoss): Tensor {
  const [count, classes] = logits.shape;
  const of = tf.customGrad((input, save) => {
    const numbers = (input as Tensor).dataSync<'float32'>();
    const delta = new Float32Array(numbers.length);
    let mean = 0;
    for (let r = 0; r < count; r++) {
      const from = r * classes;
      const label = from + given[r]!;
      const share = (weights ? weights[r]! : 1) / all;
      const logSum = logSumExp(numbers, from, classes, 1);
      let best = from;
      for (let i = from; i < from + classes; i++) {
        delta[i] = share * (Math.exp(numbers[i]! - logSum) - (i === label ? 1 : 0));
        if (numbers[i]! > numbers[best]!) best = i;
      }
      mean += share * (logSum - numbers[label]!);
      sums.loss += logSum - numbers[label]!;
      if (best === label) sums.right++;
    }
    (save as (tensors: Tensor[]) => void)([tf.tensor2d(delta, [count, classes])]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => tf.mul(saved[0]!, dy);
    return { value: tf.scalar(mean), gradFunc };
  });
  return of(logits);
}

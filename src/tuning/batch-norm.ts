/**
 * Batch normalisation written in operations that every backend has gradients for. TF.js' own layer fails in training where it has no scale, and its
 * gradients tile each statistic to the size of a picture.
 *
 * S. Ioffe and C. Szegedy, "Batch normalization", ICML 2015.
 */
import type { Tensor, Tf } from '../model/to-tfjs/tf.ts';

export interface NormVariables {
  readonly gamma: Tensor | undefined;
  readonly beta: Tensor | undefined;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** With the stored statistics. @param trained whether gradients by gamma and beta are asked for */
export function normaliseStored(tf: Tf, x: Tensor, v: NormVariables, epsilon: number, trained: boolean): Tensor {
  const inverse = tf.rsqrt(tf.add(v.variance, epsilon));
  const factor = v.gamma ? tf.mul(v.gamma, inverse) : inverse;
  const shift = tf.neg(tf.mul(v.mean, factor));
  const moved = v.beta ? tf.add(shift, v.beta) : shift;
  return trained ? scaleChannels(tf, x, factor, moved) : tf.add(tf.mul(x, factor), moved);
}

/**
 * With the statistics of the batch.
 * @param v.mean not used, as `v.variance`
 * @param onStatistics told them; the tensors live on only where they are kept
 */
export function normaliseBatch(
  tf: Tf,
  x: Tensor,
  v: Pick<NormVariables, 'gamma' | 'beta'>,
  o: { epsilon: number; onStatistics: (mean: Tensor, variance: Tensor) => void },
): Tensor {
  const channels = x.shape.at(-1)!;
  const normalise = tf.customGrad((input, save) => {
    const given = input as Tensor;
    const mean = channelMeans(tf, given);
    const centred = tf.sub(given, mean);
    const variance = channelMeans(tf, tf.square(centred));
    o.onStatistics(mean, variance);
    const inverse = tf.rsqrt(tf.add(variance, o.epsilon));
    const value = tf.mul(centred, inverse);
    (save as (tensors: Tensor[]) => void)([value, inverse]);
    // Without `tidy` all that is on the way would stay until the last gradient is there.
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      tf.tidy(() => {
        const [y, scale] = saved as [Tensor, Tensor];
        const along = tf.mul(y, channelMeans(tf, tf.mul(dy, y)));
        return tf.mul(scale, tf.sub(tf.sub(dy, channelMeans(tf, dy)), along));
      });
    return { value, gradFunc };
  });
  const y = normalise(x);
  if (!v.gamma && !v.beta) return y;
  return scaleChannels(tf, y, v.gamma ?? tf.ones([channels]), v.beta ?? tf.zeros([channels]));
}

/** `x * factor + shift`, both of one number for each channel. */
function scaleChannels(tf: Tf, x: Tensor, factor: Tensor, shift: Tensor): Tensor {
  const scale = tf.customGrad((...inputs) => {
    const [a, b, c, save] = inputs as unknown as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
    save([a, b]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      tf.tidy(() => {
        const [given, by] = saved as [Tensor, Tensor];
        return [tf.mul(dy, by), channelSums(tf, tf.mul(dy, given)), channelSums(tf, dy)];
      });
    return { value: tf.add(tf.mul(a, b), c), gradFunc };
  });
  return scale(x, factor, shift);
}

/** A product with ones, since wasm sums along the last axis only, and would turn the numbers around before. */
function channelSums(tf: Tf, x: Tensor): Tensor {
  const channels = x.shape.at(-1)!;
  const rows = x.size / channels;
  return tf.reshape(
    tf.matMul(tf.ones<import('@tensorflow/tfjs-core').Rank.R2>([1, rows]), tf.reshape(x, [rows, channels])),
    [channels],
  );
}

function channelMeans(tf: Tf, x: Tensor): Tensor {
  return tf.div(channelSums(tf, x), x.size / x.shape.at(-1)!);
}

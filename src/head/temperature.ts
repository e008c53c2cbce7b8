import { logSumExp } from './scores.ts';

/** Temperatures that are tried: 1 / 32 to 32. */
const limit = 32;

/**
 * The temperature that calibrates a head: the softmax of `logits / temperature` has the least log loss on pictures that it was not fitted on
 * (C. Guo et al., "On calibration of modern neural networks", ICML 2017).
 *
 * The loss is convex in `1 / temperature`, so its derivative is bisected. Where all pictures are right, the loss would fall for ever: the
 * given class is therefore told to have a probability of `1 - 1 / (n + 2)` only (J. Platt, "Probabilistic outputs for support vector machines",
 * 1999), which a few pictures feel and many do not.
 * @returns 1/32 to 32; 1 where there is no picture, or nothing that distinguishes classes
 */
export function fitTemperature(logits: Float32Array, given: Uint32Array, classes: number): number {
  const slope = (scale: number): number => slopeOf(logits, given, classes, scale);
  if (given.length === 0 || slope(1) === 0) return 1;
  let [low, high] = [Math.log(1 / limit), Math.log(limit)];
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2;
    if (slope(Math.exp(middle)) < 0) low = middle;
    else high = middle;
  }
  return Math.exp(-(low + high) / 2);
}

/** Derivative of the mean loss by `scale`, which is `1 / temperature`: what the softmax expects of the logits less what the targets do. */
function slopeOf(logits: Float32Array, given: Uint32Array, classes: number, scale: number): number {
  const spread = 1 / (given.length + 2);
  let slope = 0;
  for (let i = 0; i < given.length; i++) {
    const row = i * classes;
    const logSum = logSumExp(logits, row, classes, scale);
    let [expected, mean] = [0, 0];
    for (let c = row; c < row + classes; c++) {
      expected += Math.exp(scale * logits[c]! - logSum) * logits[c]!;
      mean += logits[c]! / classes;
    }
    slope += expected - (1 - spread) * logits[row + given[i]!]! - spread * mean;
  }
  return slope / given.length;
}

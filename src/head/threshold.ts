import type { Scores } from './scores.ts';

/** Part of the right predictions that may be lost to `unknown`. */
const lost = 0.05;

/**
 * The least probability at which a prediction is believed; below it a picture is `unknown`.
 *
 * It keeps 19 of 20 of the predictions that are right on held-out pictures (the operating point at which detectors of foreign pictures are compared:
 * D. Hendrycks and K. Gimpel, "A baseline for detecting misclassified and out-of-distribution examples", ICLR 2017). So it follows the task:
 * where right answers are sure, as with two classes that are easy to tell apart, a picture of neither is refused at .8, and where they
 * are not, few right ones are. What maximises right less wrong answers is one half for any calibrated head, and would refuse nothing of two classes.
 * @returns 0 to 1, rounded down to six decimals, as probabilities are shown; 0 where no prediction is right
 */
export function learnThreshold(given: Uint32Array, scores: Scores): number {
  const { top, p, width } = scores;
  const right: number[] = [];
  for (const [i, label] of given.entries()) if (top[i * width] === label) right.push(p[i * width]!);
  if (right.length === 0) return 0;
  right.sort((a, b) => a - b);
  return Math.floor(right[Math.floor(lost * right.length)]! * 1e6) / 1e6;
}

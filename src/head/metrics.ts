import type { ClassMetrics, Metrics } from '../types.ts';
import type { Scores } from './scores.ts';

export type { ClassMetrics, Metrics };

/** Bins of equal width, as in C. Guo et al., "On calibration of modern neural networks", ICML 2017. */
const bins = 15;

/** @returns null where there is no picture */
export function metricsOf(given: Uint32Array, scores: Scores, labels: readonly string[]): Metrics | null {
  const pictures = given.length;
  if (pictures === 0) return null;
  const { width, top, p, loss } = scores;
  const cells = new Map<number, number>();
  const [sums, hits] = [new Float64Array(bins), new Float64Array(bins)];
  let [right, among, lost] = [0, 0, 0];
  for (const [i, label] of given.entries()) {
    const predicted = top[i * width]!;
    const isRight = predicted === label ? 1 : 0;
    right += isRight;
    if (top.subarray(i * width, (i + 1) * width).includes(label)) among++;
    lost += loss[i]!;
    const bin = Math.min(bins - 1, Math.floor(p[i * width]! * bins));
    sums[bin]! += p[i * width]!;
    hits[bin]! += isRight;
    const cell = label * labels.length + predicted;
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
  }
  const confusion = [...cells]
    .sort(([a], [b]) => a - b)
    .map(([cell, count]) => [Math.floor(cell / labels.length), cell % labels.length, count] as const);
  const classes = classMetrics(confusion, labels);
  const f1s = classes.flatMap(({ given, f1 }) => (given > 0 && f1 !== null ? [f1] : []));
  return {
    pictures,
    accuracy: right / pictures,
    top5: among / pictures,
    macroF1: f1s.reduce((sum, f1) => sum + f1, 0) / f1s.length,
    logLoss: lost / pictures,
    calibrationError: sums.reduce((sum, total, bin) => sum + Math.abs(total - hits[bin]!), 0) / pictures,
    classes,
    confusion,
  };
}

function classMetrics(confusion: Metrics['confusion'], labels: readonly string[]): ClassMetrics[] {
  const [given, predicted, right] = [0, 1, 2].map(() => new Uint32Array(labels.length)) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  for (const [from, to, count] of confusion) {
    given[from]! += count;
    predicted[to]! += count;
    if (from === to) right[from]! += count;
  }
  const ratio = (a: number, b: number): number | null => (b > 0 ? a / b : null);
  return labels.map((label, c) => ({
    label,
    given: given[c]!,
    predicted: predicted[c]!,
    precision: ratio(right[c]!, predicted[c]!),
    recall: ratio(right[c]!, given[c]!),
    f1: ratio(2 * right[c]!, given[c]! + predicted[c]!),
  }));
}

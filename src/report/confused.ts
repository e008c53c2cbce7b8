import type { Metrics } from '../head/metrics.ts';

/** Pictures of one class that were taken for another; classes are places in the metrics' classes. */
export interface Confusion {
  readonly given: number;
  readonly predicted: number;
  readonly pictures: number;
}

/** Every pair of classes that was confused, the most frequent first, then in the order of the classes. */
export function confusionsOf({ confusion }: Metrics): Confusion[] {
  return confusion
    .filter(([given, predicted]) => given !== predicted)
    .map(([given, predicted, pictures]) => ({ given, predicted, pictures }))
    .sort((a, b) => b.pictures - a.pictures || a.given - b.given || a.predicted - b.predicted);
}

/**
 * The classes that a matrix of at most `most` shows: all, else those of the most frequent confusions.
 * @returns places in the metrics' classes, ascending; none where there are more and none was confused
 */
export function classesToShow(metrics: Metrics, most: number): number[] {
  if (metrics.classes.length <= most) return [...metrics.classes.keys()];
  const shown = new Set<number>();
  for (const { given, predicted } of confusionsOf(metrics)) {
    const more = [given, predicted].filter((place) => !shown.has(place));
    if (shown.size + more.length <= most) for (const place of more) shown.add(place);
    if (shown.size === most) break;
  }
  return [...shown].sort((a, b) => a - b);
}

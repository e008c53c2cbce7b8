/**
 * What a report shows of a head, whoever reads it.
 */
import type { Metrics } from '../head/metrics.ts';
import type { HeadMistake, HeadReport, ImageRecord, SuspectLabel, UnsurePicture } from '../types.ts';

/** What of an image is shown. */
export type ShownImage = Pick<ImageRecord, 'id' | 'root' | 'image'>;
type WithImage<T> = Omit<T, 'image'> & { readonly image: ShownImage };

/** A HeadReport, which may tell less of its pictures. */
export interface ShownReport extends Omit<HeadReport, 'mistakes' | 'mislabelled' | 'nextToLabel'> {
  readonly mistakes: readonly WithImage<HeadMistake>[];
  readonly mislabelled: readonly WithImage<SuspectLabel>[];
  readonly nextToLabel: readonly WithImage<UnsurePicture>[];
}

/** Metrics, and in words the pictures that they are of. */
export interface Measured {
  readonly on: string;
  /** The same where there is little room. */
  readonly short: string;
  readonly metrics: Metrics;
}

/** All that was measured: first what comes first in the report. Empty where nothing was held out. */
export function measuredOf({ head: { evaluation } }: ShownReport): Measured[] {
  const { test, validation, crossValidation } = evaluation;
  const all = [
    { on: 'pictures for testing', short: 'for testing', metrics: test },
    { on: 'held-out pictures', short: 'held out', metrics: validation },
    { on: 'training pictures, by cross-validation', short: 'cross-validation', metrics: crossValidation },
  ];
  return all.filter((one): one is Measured => one.metrics !== null);
}

/** Whether the head is better than its baseline on the same held-out pictures; null where there is nothing to compare. */
export function verdictOf({ head: { evaluation } }: ShownReport): { beaten: boolean; words: string } | null {
  const { validation, baseline } = evaluation;
  if (!validation || !baseline) return null;
  const points = (validation.accuracy - baseline.accuracy) * 100;
  const size = `${Math.abs(points).toFixed(1)} points`;
  if (points === 0) return { beaten: false, words: 'not beaten: as good as the head' };
  return points > 0
    ? { beaten: true, words: `beaten by ${size}` }
    : { beaten: false, words: `not beaten: ${size} better than the head` };
}

/** Standard error of a rate that was measured on so many pictures. */
export function standardError(rate: number, pictures: number): number {
  return Math.sqrt((rate * (1 - rate)) / pictures);
}

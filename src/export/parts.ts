import { PixkinError } from '../errors.ts';
import type { Head } from '../head/head.ts';
import { requireSpace } from '../head/predict.ts';
import type { Backbone } from '../model/backbone.ts';
import { type Projection, projectedSpace } from '../projection/projection.ts';
import { spaceOf } from '../space.ts';

/** What a classifier is made of. */
export interface ClassifierParts {
  /** Cut and pooled as the head's space has it. */
  readonly backbone: Backbone;
  readonly head: Head;
  /** Where the head's space projects another one's vectors. */
  readonly projection?: Projection | undefined;
}

/** @throws PixkinError `other_space`, `head_damaged`: they do not belong together */
export function requireWholeClassifier({ backbone, head, projection }: ClassifierParts): void {
  const own = spaceOf(backbone);
  requireSpace(head, projection ? projectedSpace(own, projection) : own);
  const inner = projection ? projection.mean.length : head.dim;
  if (inner === backbone.manifest.output.dim && head.layers[0]?.inputs === head.dim) return;
  const message = `a head must take the ${backbone.manifest.output.dim} numbers of its network; got one that takes ${inner}`;
  throw new PixkinError('head_damaged', message);
}

/** Labels as they come out: each once, though several that a head tells apart may have been merged since it was trained. */
export interface OutLabels {
  readonly labels: readonly string[];
  /** Sums the head's probabilities: a row for each of its labels, a column for each that comes out. Absent: they are the same. */
  readonly sums?: Float32Array;
}

export function outLabels({ labels: own }: Pick<Head, 'labels'>): OutLabels {
  const labels = [...new Set(own)];
  if (labels.length === own.length) return { labels };
  const sums = new Float32Array(own.length * labels.length);
  for (const [row, label] of own.entries()) sums[row * labels.length + labels.indexOf(label)] = 1;
  return { labels, sums };
}

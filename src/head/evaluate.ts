import type { Head } from './head.ts';
import { type Metrics, metricsOf } from './metrics.ts';
import { logitsOf } from './predict.ts';
import { emptyScores, putScores, type Scores, scoreLogits, takeScores } from './scores.ts';

/** How a head does on labelled pictures. */
export interface HeadTrial {
  /** Null where no picture has a label that the head knows. */
  readonly metrics: Metrics | null;
  /** Of every picture; `loss` says nothing of one whose label the head does not know. Classes are places in the head's labels. */
  readonly scores: Scores;
  /** Labels that the head does not know, and of how many pictures: they are left out of the metrics. */
  readonly unknown: readonly { readonly label: string; readonly pictures: number }[];
}

/**
 * Asks a head about pictures whose labels are known. It tells how good the head is only where they are none that it was trained on.
 * @param embeddings `head.dim` numbers for each picture
 * @param labels what was given to each
 * @throws PixkinError `invalid_request`: not whole embeddings
 */
export function evaluateHead(head: Head, embeddings: Float32Array, labels: readonly string[]): HeadTrial {
  const placeOf = new Map(head.labels.map((label, c) => [label, c]));
  const classes = head.labels.length;
  const scores = emptyScores(labels.length, classes);
  const known: number[] = [];
  const unknown = new Map<string, number>();
  for (const [i, label] of labels.entries()) {
    if (placeOf.has(label)) known.push(i);
    else unknown.set(label, (unknown.get(label) ?? 0) + 1);
  }
  for (const { logits, rows, first } of logitsOf(head, embeddings)) {
    const places = Uint32Array.from({ length: rows }, (_, row) => first + row);
    const given = places.map((i) => placeOf.get(labels[i]!) ?? 0);
    putScores(scores, places, scoreLogits(logits, given, classes, head.temperature));
  }
  const places = Uint32Array.from(known);
  const given = places.map((i) => placeOf.get(labels[i]!)!);
  return {
    metrics: metricsOf(given, takeScores(scores, places), head.labels),
    scores,
    unknown: [...unknown].map(([label, pictures]) => ({ label, pictures })),
  };
}

/**
 * What a head says where some of its labels were merged since it was trained: they count together.
 */
import type { Head } from '../head/head.ts';
import { predict } from '../head/predict.ts';
import type { LabelScore } from '../types.ts';

/**
 * The most probable labels of each picture, best first, whatever the threshold.
 * @param head with its labels as they are called now: several may be called the same
 * @param embeddings `head.dim` numbers for each picture
 * @param top labels that are told of each, 1 or more
 * @throws PixkinError `invalid_request`: not whole embeddings, or a number that is not finite
 */
export function predictLabels(head: Head, embeddings: Float32Array, top: number): (readonly LabelScore[])[] {
  const { labels } = head;
  if (new Set(labels).size === labels.length) return predict(head, embeddings, { top }).map(({ scores }) => scores);
  return predict(head, embeddings, { top: labels.length }).map(({ scores }) => {
    const sums = new Map<string, number>();
    for (const { label, p } of scores) sums.set(label, (sums.get(label) ?? 0) + p);
    return [...sums]
      .map(([label, p]) => ({ label, p: Math.min(1, Math.round(p * 1e6) / 1e6) }))
      .sort((a, b) => b.p - a.p)
      .slice(0, top);
  });
}

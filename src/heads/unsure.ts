/**
 * Which unlabelled contents teach a head most, out of all that its space has, without holding up whoever else is served.
 */
import type { Catalog } from '../catalog/catalog.ts';
import type { EmbeddingsTable, SpaceRow } from '../catalog/tables/spaces.ts';
import type { Head } from '../head/head.ts';
import { candidatesFor, chooseDiverse } from '../head/next-to-label.ts';
import type { ContentId } from '../types.ts';
import { multiplications, rowsAtOnce, turn } from './pace.ts';
import { predictLabels } from './predict.ts';

/** Multiplications that are spent on it, some 20 seconds; where that is too few for all contents, a part of them is asked about. */
const budget = 2e10;

interface Candidate {
  readonly content: ContentId;
  /** One less the difference of the two largest probabilities. */
  readonly uncertainty: number;
  readonly vector: Float32Array;
}

/** Most useful first, at most `count`. Rejects with the signal's reason. @see nextToLabel */
export async function mostUnsure(
  catalog: Catalog,
  row: SpaceRow,
  head: Head,
  { count, signal }: { count: number; signal: AbortSignal },
): Promise<{ content: ContentId; uncertainty: number }[]> {
  const wanted = candidatesFor(count);
  const every = Math.ceil((multiplications(head) * catalog.contents.countUsed()) / budget);
  const contents = catalog.training.unlabelled(row).filter((_, i) => i % every === 0);
  const embeddings = catalog.embeddings(row);
  const atOnce = rowsAtOnce(head);
  let best: Candidate[] = [];
  for (let from = 0; from < contents.length && count > 0; from += atOnce) {
    await turn();
    signal.throwIfAborted();
    best.push(...ask(embeddings, head, contents.slice(from, from + atOnce)));
    if (best.length >= 2 * wanted) best = mostUncertain(best, wanted);
  }
  best = mostUncertain(best, wanted);
  const vectors = new Float32Array(best.length * head.dim);
  for (const [i, { vector }] of best.entries()) vectors.set(vector, i * head.dim);
  const uncertainty = best.map((one) => one.uncertainty);
  const chosen: Candidate[] = [];
  const o = { embeddings: vectors, dim: head.dim, uncertainty, count };
  for (const place of chooseDiverse([...best.keys()], o)) {
    chosen.push(best[place]!);
    await turn();
    signal.throwIfAborted();
  }
  return chosen.map(({ content, uncertainty }) => ({ content, uncertainty }));
}

function ask(embeddings: EmbeddingsTable, head: Head, contents: readonly ContentId[]): Candidate[] {
  const found = contents.flatMap((content) => {
    const embedding = embeddings.get(content);
    return embedding ? [{ content, vector: embedding.vector }] : [];
  });
  const vectors = new Float32Array(found.length * head.dim);
  for (const [i, { vector }] of found.entries()) vectors.set(vector, i * head.dim);
  return predictLabels(head, vectors, 2).map(([first, second], i) => ({
    ...found[i]!,
    uncertainty: Math.round((1 - first!.p + (second?.p ?? 0)) * 1e6) / 1e6,
  }));
}

function mostUncertain(candidates: readonly Candidate[], count: number): Candidate[] {
  return [...candidates].sort((a, b) => b.uncertainty - a.uncertainty || a.content - b.content).slice(0, count);
}

/**
 * Nearest contents become a page of images: one content may have several images, or none in results any more.
 */
import type { Catalog } from './catalog/catalog.ts';
import type { ClassesTable } from './catalog/tables/classes.ts';
import type { ImageRow } from './catalog/tables/images.ts';
import { PixkinError } from './errors.ts';
import type { ResolvedQuery } from './query.ts';
import type { Space } from './spaces.ts';
import type { ContentId, ImageRecord, Plan, ScoredImage, SearchOptions } from './types.ts';

/** Most images that one answer holds. */
export const MAX_K = 1000;
/** How far a page may start from the best hit. */
export const MAX_OFFSET = 100_000;

export interface ResultPage {
  readonly plan: Plan;
  readonly results: ScoredImage[];
  readonly nextOffset: number | null;
}

/**
 * @param allowed only these contents; absent: all
 * @throws PixkinError `invalid_request` where an option is out of its range
 */
export async function findResults(
  catalog: Catalog,
  space: Space,
  query: ResolvedQuery,
  o: SearchOptions,
  allowed?: ReadonlySet<ContentId>,
): Promise<ResultPage> {
  const { k = 10, offset = 0, minScore = -1 } = o;
  requireWhole('k', k, 1, MAX_K);
  requireWhole('offset', offset, 0, MAX_OFFSET);
  if (!(minScore >= -1 && minScore <= 1)) {
    throw new PixkinError('invalid_request', `min_score must be a number from -1 to 1; got ${minScore}`);
  }
  const skipped = o.includeSelf ? new Set<number>() : query.self;
  // One more than the page tells whether there is another page.
  const needed = offset + k + 1;
  const options = {
    ...(o.exact === undefined ? {} : { exact: o.exact }),
    ...(o.signal && { signal: o.signal }),
    ...(allowed && { allowed }),
  };
  const count = allowed?.size ?? space.vectors.status().count;
  for (let asked = needed + skipped.size; ; asked *= 4) {
    const { hits, plan } = await space.vectors.search(query.vector, Math.max(1, Math.min(asked, count)), options);
    const images: ScoredImage[] = [];
    for (const { content, score } of hits) {
      const shown = content === query.content ? 1 : rounded(score);
      if (shown < minScore || images.length >= needed) break;
      for (const image of catalog.images.ofContent(content)) {
        if (!skipped.has(image.id)) images.push({ ...imageRecord(image, space.classes), score: shown });
      }
    }
    // Contents without an image in results (kept for the grace time) may have filled the answer: ask for more.
    const last = hits.at(-1);
    const exhausted = asked >= count || (last !== undefined && rounded(last.score) < minScore);
    if (images.length < needed && !exhausted) continue;
    return {
      plan,
      results: images.slice(offset, offset + k),
      nextOffset: images.length > offset + k ? offset + k : null,
    };
  }
}

/** An image as it is shown: without what only the catalog needs, with the classes that a space has of it. */
export function imageRecord({ contentId, ...row }: ImageRow, classes: Pick<ClassesTable, 'of'>): ImageRecord {
  const found = classes.of(contentId);
  return found.length > 0 ? { ...row, classes: found } : row;
}

/** Six decimals: what is beyond them differs between an exact scan and HNSW. */
const rounded = (score: number): number => Math.round(Math.min(1, Math.max(-1, score)) * 1e6) / 1e6;

/** @throws PixkinError `invalid_request` */
export function requireWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new PixkinError('invalid_request', `${name} must be a whole number from ${least} to ${most}; got ${value}`);
}

/**
 * The engine's values as JSON says them.
 */
import type { ImageRecord, RootRecord, ScoredImage, SearchResult, SpaceRecord } from '../src/index.ts';
import type { ImageAnswer, RootAnswer, SimilarAnswer, SpaceAnswer } from './schemas.ts';

export function imageJson(image: ImageRecord): ImageAnswer {
  return { ...facts(image), ...links(image) };
}

export function similarJson(found: SearchResult): SimilarAnswer {
  const { query, space, plan, results, timings } = found;
  return {
    query,
    space,
    took_ms: micro(found.tookMs),
    timings: { embed: micro(timings.embed), search: micro(timings.search) },
    plan,
    results: results.map((image: ScoredImage) => ({ ...facts(image), score: image.score, ...links(image) })),
    next_offset: found.nextOffset,
  };
}

/** @param withPath for who may write only */
export function rootJson({ name, state, images, held, path }: RootRecord, withPath: boolean): RootAnswer {
  return { name, state, images, held, ...(withPath && { path }) };
}

/** @param withFolder for who may write only */
export function spaceJson({ folder, ...space }: SpaceRecord, withFolder: boolean): SpaceAnswer {
  return { ...space, ...(withFolder && { folder }) };
}

function facts({ id, root, image, content, kind, bytes, width, height, takenAt }: ImageRecord) {
  return { id, root, image, content, kind, bytes, width, height, taken_at: takenAt };
}

function links({ id, offline, label, prediction, classes }: ImageRecord) {
  return {
    label,
    prediction,
    ...(classes && { classes: [...classes] }),
    thumbnail: `/images/${id}/thumbnail`,
    file: `/images/${id}/file`,
    ...(offline && { offline: true as const }),
  };
}

/** Milliseconds to the microsecond. */
const micro = (ms: number): number => Math.round(ms * 1000) / 1000;

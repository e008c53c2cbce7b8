/**
 * The engine's values as JSON says them.
 */
import type { ImageRecord, JobRecord, RootRecord, ScoredImage, SearchResult, SpaceRecord } from '../src/index.ts';
import type { ImageAnswer, JobAnswer, RootAnswer, SimilarAnswer, SpaceAnswer } from './schemas.ts';

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

/** @param scrub takes paths out of a message */
export function jobJson(job: JobRecord, scrub: (message: string) => string): JobAnswer {
  const { id, kind, state, done, total, rate, secondsLeft, notes, result, error } = job;
  return {
    id,
    kind,
    state,
    done,
    total,
    rate,
    seconds_left: secondsLeft,
    ...(notes && { notes: notes.map(scrub) }),
    result: (result ?? null) as JobAnswer['result'],
    error: error && {
      code: error.code,
      message: scrub(error.message),
      ...(error.hint !== undefined && { hint: scrub(error.hint) }),
    },
  };
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

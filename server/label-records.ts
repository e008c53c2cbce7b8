import type { Labels } from '../src/index.ts';
import type { LabelStateAnswer } from './label-schemas.ts';

/** What is said of an image, and every change so far. */
export function labelStateJson({ now, changes }: ReturnType<Labels['get']>): LabelStateAnswer {
  return {
    label: now?.label ?? null,
    split: now?.split ?? null,
    origin: now?.origin ?? null,
    at: now && isoTime(now.at),
    changes: changes.map((change) => ({ ...change, at: isoTime(change.at) })),
  };
}

const isoTime = (ms: number): string => new Date(ms).toISOString();

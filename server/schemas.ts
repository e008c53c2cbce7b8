/**
 * What is answered, as zod schemas: types of the routes and the text of /openapi.json.
 */
import { z } from '@hono/zod-openapi';

const shas = z.string().openapi({ description: 'SHA-256, 64 hexadecimal digits' });
const count = z.number().int();

export const errorSchema = z
  .object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }) })
  .openapi('Error');

const imageShape = {
  id: count,
  root: z.string(),
  image: z.string(),
  content: shas,
  kind: z.string(),
  bytes: count,
  width: count,
  height: count,
  taken_at: z.string().nullable().openapi({ description: 'local time without a zone' }),
};
const imageLinks = {
  label: z.null(),
  prediction: z.null(),
  thumbnail: z.string(),
  file: z.string(),
  offline: z.literal(true).optional().openapi({ description: 'only where its root is offline' }),
};

export const imageSchema = z
  .object({
    ...imageShape,
    ...imageLinks,
    vector: z.array(z.number()).optional().openapi({ description: 'unit length' }),
    length: z.number().optional().openapi({ description: 'length of the embedding before it was normalised' }),
  })
  .openapi('Image');
export const imagesSchema = z
  .object({ images: z.array(imageSchema), next: count.nullable().openapi({ description: 'cursor of the next page' }) })
  .openapi('Images');

export const planSchema = z.object({
  mode: z.enum(['exact', 'hnsw']),
  candidates: count,
  ef: count.optional(),
  note: z.string().optional(),
});
export const similarSchema = z
  .object({
    query: z.object({ root: z.string(), image: z.string(), id: count }).nullable(),
    space: z.string(),
    took_ms: z.number(),
    timings: z.object({ embed: z.number(), search: z.number() }),
    plan: planSchema,
    results: z.array(z.object({ ...imageShape, score: z.number(), ...imageLinks }).openapi('ScoredImage')),
    next_offset: count.nullable(),
  })
  .openapi('Similar');

export const rootSchema = z
  .object({
    name: z.string(),
    state: z.enum(['sweeping', 'online', 'held', 'offline']),
    images: count,
    held: count,
    path: z.string().optional().openapi({ description: 'only for who may write' }),
  })
  .openapi('Root');
export const rootsSchema = z.object({ roots: z.array(rootSchema) }).openapi('Roots');

export const statusSchema = z
  .object({
    version: z.string(),
    uptime: z.number().openapi({ description: 'seconds' }),
    images: count,
    contents: count,
    quarantined: count,
    pending: count,
    inferences: count,
    rate: z.number().nullable(),
    seconds_left: z.number().nullable(),
    space: z.string(),
    backbone: z.string(),
    dim: count,
    device: z.string().nullable(),
    device_why: z.string().nullable(),
    queue: z.object({ workers: count, busy: count, queued: count, crashes: count }),
    index: z.object({
      hnsw: z.enum(['ready', 'building', 'failed', 'missing']),
      count,
      hnsw_count: count,
      revision: count,
    }),
    roots: z.array(rootSchema),
  })
  .openapi('Status');

export const failuresSchema = z
  .object({
    failures: z.array(z.object({ root: z.string(), image: z.string(), reason: z.string(), message: z.string() })),
  })
  .openapi('Failures');

export const jobSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['index', 'rebuild']),
    state: z.enum(['running', 'done', 'failed', 'cancelled']),
    done: count,
    total: count.nullable(),
    rate: z.number().nullable(),
    seconds_left: z.number().nullable(),
    result: z
      .record(z.string(), z.union([z.number(), z.string()]))
      .nullable()
      .openapi({ description: 'what it ended with: counts of a sweep or a rebuild' }),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  })
  .openapi('Job');
export const jobsSchema = z.object({ jobs: z.array(jobSchema) }).openapi('Jobs');

export const okSchema = z.object({ ok: z.literal(true) }).openapi('Ok');

export type ImageAnswer = z.infer<typeof imageSchema>;
export type SimilarAnswer = z.infer<typeof similarSchema>;
export type RootAnswer = z.infer<typeof rootSchema>;
export type StatusAnswer = z.infer<typeof statusSchema>;
export type JobAnswer = z.infer<typeof jobSchema>;

/** A JSON answer, and the error that may come instead of any. */
export const answers = <S extends z.ZodType>(schema: S, description: string) => ({
  200: { description, content: { 'application/json': { schema } } },
  ...failing,
});
export const failing = {
  default: { description: 'an error', content: { 'application/json': { schema: errorSchema } } },
};
/** Schema of bytes, for the routes that answer with no JSON. */
export const binary = { type: 'string', format: 'binary' } as const;

/**
 * What is answered, as zod schemas: types of the routes and the text of /openapi.json.
 */
import { z } from '@hono/zod-openapi';

export const shas = z.string().openapi({ description: 'SHA-256, 64 hexadecimal digits' });
export const count = z.number().int();
/** How the numbers of a layer become one vector. */
export const poolings = ['none', 'avg', 'max', 'gem'] as const;

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
const scores = z.array(
  z
    .object({ label: z.string(), p: z.number(), wnid: z.string().optional() })
    .openapi('LabelScore', { description: 'a class; p: 0 to 1; wnid tells classes of the same name apart' }),
);
const imageLinks = {
  label: z.string().nullable().openapi({ description: 'what was given, by a person, a folder or a CSV' }),
  prediction: z
    .object({ label: z.string(), p: z.number() })
    .nullable()
    .openapi({ description: 'what the head in use says; p: 0 to 1' }),
  classes: scores.optional().openapi({ description: 'its most probable classes, best first, where they are stored' }),
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

export const classifiedSchema = z
  .object({
    predictions: scores,
    backbone: z.string().openapi({ description: 'the network that says so' }),
    head: count.nullable().openapi({ description: 'the head that says so; null: the whole network does' }),
  })
  .openapi('Classified');

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
    classes: z.object({ stored: z.boolean(), classified: count, lacking: count }).nullable().openapi({
      description: 'whether new pictures get classes, and how many contents have some; null: no network for it',
    }),
    labels: z.object({ from_folders: z.boolean(), labelled: count, conflicts: count }).openapi({
      description: 'whether pictures get labels from their folders; contents with a label, and whose folders disagree',
    }),
    head: z
      .object({ id: count, labels: count, predicted: count, unknown: count })
      .nullable()
      .openapi({ description: 'the head in use; contents whose label it tells, and whose it does not; null: none' }),
    roots: z.array(rootSchema),
  })
  .openapi('Status');

export const failuresSchema = z
  .object({
    failures: z.array(z.object({ root: z.string(), image: z.string(), reason: z.string(), message: z.string() })),
  })
  .openapi('Failures');

export const spaceSchema = z
  .object({
    id: z.string(),
    backbone: z.string(),
    folder: z.string().optional().openapi({ description: 'of the network; only for who may write' }),
    pooling: z.enum(poolings).nullable(),
    cut: z.string().nullable().openapi({ description: 'the layer that the network is cut after; null: as it comes' }),
    base: z.string().nullable().openapi({ description: 'the space whose vectors it projects; null: none' }),
    dim: count,
    current: z.boolean().openapi({ description: 'it answers unless another one is asked for' }),
    previous: z.boolean().openapi({ description: 'a rollback goes back to it' }),
    embedded: count.openapi({ description: 'contents that it has' }),
    lacking: count.openapi({ description: 'contents in results that it has not yet' }),
    failed: count.openapi({ description: 'contents in results that its network could not embed' }),
    coverage: z
      .number()
      .openapi({ description: 'part of the contents in results, less those that failed, that it has' }),
    bytes: count.openapi({ description: 'on the disk' }),
  })
  .openapi('Space');
export const spacesSchema = z.object({ spaces: z.array(spaceSchema) }).openapi('Spaces');

export const okSchema = z.object({ ok: z.literal(true) }).openapi('Ok');

export type ImageAnswer = z.infer<typeof imageSchema>;
export type SimilarAnswer = z.infer<typeof similarSchema>;
export type RootAnswer = z.infer<typeof rootSchema>;
export type StatusAnswer = z.infer<typeof statusSchema>;
export type SpaceAnswer = z.infer<typeof spaceSchema>;

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

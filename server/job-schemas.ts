/**
 * What is answered about jobs, as zod schemas.
 */
import { z } from '@hono/zod-openapi';
import { headSchema } from './head-schemas.ts';
import { count } from './schemas.ts';

const counts = z.record(z.string(), z.union([z.number(), z.string(), z.null()]));

export const jobSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['index', 'rebuild', 'train']),
    state: z.enum(['running', 'done', 'failed', 'cancelled']),
    done: count,
    total: count.nullable(),
    rate: z.number().nullable(),
    seconds_left: z.number().nullable(),
    notes: z.array(z.string()).optional().openapi({ description: 'what whoever started it should know' }),
    result: z
      .union([headSchema, counts])
      .nullable()
      .openapi({ description: 'what it ended with: counts of a sweep or a rebuild, the head of a training' }),
    error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).nullable(),
  })
  .openapi('Job');
export const jobsSchema = z.object({ jobs: z.array(jobSchema) }).openapi('Jobs');

export type JobAnswer = z.infer<typeof jobSchema>;

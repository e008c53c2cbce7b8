/**
 * What is answered about labels, as zod schemas.
 */
import { z } from '@hono/zod-openapi';
import { count, imageSchema, shas } from './schemas.ts';

const split = z.enum(['train', 'validation', 'test']);
export const labelsSchema = z
  .object({
    labels: z.array(
      z
        .object({
          label: z.string(),
          given: count.openapi({ description: 'images that have it' }),
          predicted: count.openapi({ description: 'images that have none, and that the head in use gives it' }),
          splits: z.object({ train: count, validation: count, test: count, none: count }),
        })
        .openapi('LabelCount'),
    ),
    labelled: count,
    unlabelled: count,
    conflicts: count.openapi({ description: 'contents whose folders disagree: GET /labels/conflicts' }),
  })
  .openapi('Labels');

const said = { label: z.string().nullable(), split: split.nullable() };
export const labelConflictsSchema = z
  .object({
    conflicts: z.array(
      z
        .object({
          kind: z.enum(['label', 'split']),
          content: shas,
          images: z.array(z.object({ id: count, root: z.string(), image: z.string(), ...said })),
        })
        .openapi('LabelConflict', { description: 'the same bytes in folders that disagree' }),
    ),
  })
  .openapi('LabelConflicts');

const origin = z.string().openapi({ description: 'folder:<root>, csv:<name>, cli or http' });
const time = z.iso.datetime();
export const labelStateSchema = z
  .object({
    ...said,
    origin: origin.nullable(),
    at: time.nullable(),
    changes: z.array(z.object({ ...said, origin, at: time, before: z.object(said) })),
  })
  .openapi('LabelState');

export const labelledSchema = z.object({ images: z.array(imageSchema) }).openapi('Labelled');
export const relabelledSchema = z.object({ images: count }).openapi('Relabelled');
export const labelImportSchema = z
  .object({
    lines: count,
    applied: count.openapi({ description: 'with those that changed nothing' }),
    changed: count.openapi({ description: 'images with another label or split' }),
    skipped: z.array(
      z.object({
        line: count,
        path: z.string(),
        label: z.string(),
        reason: z.enum(['not_found', 'quarantined', 'ambiguous', 'contradicted']),
      }),
    ),
  })
  .openapi('LabelImport');

export type LabelStateAnswer = z.infer<typeof labelStateSchema>;

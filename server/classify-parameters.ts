/**
 * What may be asked of a whole network.
 */
import { z } from '@hono/zod-openapi';
import { MAX_TOP } from '../src/index.ts';
import { similarQuery, wholeText } from './parameters.ts';

const { image, id, root, crop } = similarQuery.shape;

/** POST /classify beside an uploaded picture. */
export const uploadClassifyQuery = z.strictObject({
  top: wholeText(1, MAX_TOP).openapi({ description: 'how many classes; absent: 3' }).optional(),
  crop,
  head: wholeText(1)
    .openapi({ description: 'a head other than the one in use: what it makes of the picture' })
    .optional(),
  backbone: z
    .string('must be given once, as text')
    .min(1, 'must not be empty')
    .max(4096, 'must have at most 4096 characters')
    .openapi({
      description: "another network than the collection's: a name, or a folder of the server; for who may write",
    })
    .optional(),
});

/** GET /classify */
export const classifyQuery = z
  .strictObject({ image, id, root, ...uploadClassifyQuery.shape })
  .refine(
    (given) => (given.image === undefined) !== (given.id === undefined),
    'exactly one of image and id must be given',
  )
  .refine((given) => given.root === undefined || given.image !== undefined, 'root goes with image');

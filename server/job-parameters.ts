/**
 * What starts a job, as zod schemas.
 */
import { z } from '@hono/zod-openapi';
import { flag, name, whole } from './parameters.ts';
import { poolings } from './schemas.ts';

export const layerName = z
  .string('must be text')
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters');
/** Where to move, and what then. */
const moveShape = {
  backbone: name
    .max(4096)
    .optional()
    .openapi({ description: 'a name or a folder of the server; absent: the current one' }),
  pooling: z.enum(poolings, `must be one of ${poolings.join(', ')}`).optional(),
  cut: layerName.optional().openapi({ description: 'the layer that the network is cut after' }),
  project: whole(1, 65_536)
    .optional()
    .openapi({ description: 'so many numbers, by a projection that is fitted on the library itself' }),
  drop_old: flag.optional().openapi({ description: 'free the space that is left, after the switch' }),
};
const moving = ['backbone', 'pooling', 'cut', 'project'] as const;
const isMove = (o: { [name in (typeof moving)[number]]?: unknown }): boolean =>
  moving.some((name) => o[name] !== undefined);

/** POST /spaces */
export const moveBody = z
  .strictObject(moveShape, { error: () => 'the body must be a JSON object' })
  .refine(isMove, 'at least one of backbone, pooling, cut and project must be given')
  .openapi('Move');
export type Move = z.output<typeof moveBody>;

export const jobBody = z
  .discriminatedUnion(
    'kind',
    [
      z.strictObject({ kind: z.literal('index'), roots: z.array(name, 'must be a list of names').optional() }),
      z
        .strictObject({
          kind: z.literal('rebuild'),
          from_cache: flag.optional(),
          dry_run: flag.optional().openapi({ description: 'change nothing; the result says what it would do' }),
          rollback: flag.optional().openapi({ description: 'go back to the previous space' }),
          ...moveShape,
        })
        .refine((o) => !(o.from_cache && isMove(o)), 'from_cache goes without backbone, pooling, cut and project')
        .refine(
          (o) => !o.rollback || !(o.from_cache || isMove(o)),
          'rollback goes without backbone, pooling, cut, project and from_cache',
        )
        .refine((o) => !o.drop_old || isMove(o), 'drop_old goes with backbone, pooling, cut or project'),
    ],
    'must be index or rebuild',
  )
  .openapi('StartJob');

import { createRoute, z } from '@hono/zod-openapi';
import type { RebuildOptions } from '../../src/index.ts';
import type { App, Parts } from '../context.ts';
import { type Move, moveBody } from '../job-parameters.ts';
import { jobJson } from '../job-records.ts';
import { jobSchema } from '../job-schemas.ts';
import { noQuery, spaceName } from '../parameters.ts';
import { spaceJson } from '../records.ts';
import { answers, failing, spaceSchema, spacesSchema } from '../schemas.ts';
import { scrubFor } from '../scrub.ts';

const list = createRoute({
  method: 'get',
  path: '/spaces',
  summary: 'The spaces that pictures were embedded in, the current one first',
  request: { query: noQuery },
  responses: answers(spacesSchema, 'all spaces'),
});

const move = createRoute({
  method: 'post',
  path: '/spaces',
  summary: 'Move to another network: as POST /jobs with kind rebuild',
  request: { query: noQuery, body: { required: true, content: { 'application/json': { schema: moveBody } } } },
  responses: {
    202: { description: 'the job', content: { 'application/json': { schema: jobSchema } } },
    ...failing,
  },
});

const drop = createRoute({
  method: 'delete',
  path: '/spaces/{id}',
  summary: 'Free a space that is not in use: its embeddings, index files and compiled network',
  request: { params: z.object({ id: spaceName }), query: noQuery },
  responses: answers(spaceSchema, 'what it was'),
});

export function spaceRoutes(app: App, { collection }: Parts): void {
  app.openapi(list, (c) => {
    const withFolder = c.get('right') === 'write';
    return c.json({ spaces: collection.spaces().map((space) => spaceJson(space, withFolder)) }, 200);
  });

  app.openapi(move, (c) => {
    const job = collection.rebuild({ fromCache: false, ...moveOptions(c.req.valid('json')) });
    c.header('Location', `/jobs/${job.id}`);
    return c.json(jobJson(job, scrubFor(c, collection)), 202);
  });

  app.openapi(drop, async (c) => c.json(spaceJson(await collection.dropSpace(c.req.valid('param').id), true), 200));
}

/** The part of a rebuild that says where to move. */
export function moveOptions({ backbone, pooling, cut, project, drop_old }: Move): Partial<RebuildOptions> {
  return {
    ...(backbone !== undefined && { backbone }),
    ...(pooling !== undefined && { pooling }),
    ...(cut !== undefined && { cut }),
    ...(project !== undefined && { project }),
    ...(drop_old && { dropOld: true }),
  };
}

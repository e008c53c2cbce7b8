/**
 * A head's own numbers, for those who export it.
 */
import { createRoute } from '@hono/zod-openapi';
import { encodeHead, encodeProjection, PixkinError } from '../../src/index.ts';
import type { App, Parts } from '../context.ts';
import { idPath, noQuery } from '../parameters.ts';
import { binary, failing } from '../schemas.ts';

const bytes = (description: string) => ({
  200: { description, content: { 'application/octet-stream': { schema: binary } } },
  ...failing,
});

const file = createRoute({
  method: 'get',
  path: '/heads/{id}/file',
  summary: 'The head itself: its weights, labels and options',
  request: { params: idPath, query: noQuery },
  responses: bytes('as indexer heads export reads it'),
});

const projection = createRoute({
  method: 'get',
  path: '/heads/{id}/projection',
  summary: "What the head's space does to the vectors of its network",
  request: { params: idPath, query: noQuery },
  responses: bytes('the mean, then the components row by row: float32, little endian'),
});

const headers = { 'Content-Type': 'application/octet-stream' };

export function headFileRoutes(app: App, { collection }: Parts): void {
  const { heads } = collection;

  app.openapi(file, (c) => c.body(new Uint8Array(encodeHead(heads.load(c.req.valid('param').id))), 200, headers));

  app.openapi(projection, (c) => {
    const { id } = c.req.valid('param');
    const found = heads.projection(id);
    if (!found) throw new PixkinError('not_found', `the space of head ${id} projects nothing`);
    return c.body(new Uint8Array(encodeProjection(found)), 200, headers);
  });
}

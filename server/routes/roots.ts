import { createRoute } from '@hono/zod-openapi';
import type { App, Parts } from '../context.ts';
import { jobJson } from '../job-records.ts';
import { jobSchema } from '../job-schemas.ts';
import { addRootBody, changeRootBody, namePath, noQuery } from '../parameters.ts';
import { rootJson } from '../records.ts';
import { answers, failing, rootSchema, rootsSchema } from '../schemas.ts';
import { scrubFor } from '../scrub.ts';

const list = createRoute({
  method: 'get',
  path: '/roots',
  summary: 'The folders that are followed',
  request: { query: noQuery },
  responses: answers(rootsSchema, 'all roots'),
});

const add = createRoute({
  method: 'post',
  path: '/roots',
  summary: 'Follow a folder of the server',
  request: { query: noQuery, body: { required: true, content: { 'application/json': { schema: addRootBody } } } },
  responses: {
    ...answers(rootSchema, 'it was followed already'),
    201: { description: 'the new root', content: { 'application/json': { schema: rootSchema } } },
  },
});

const change = createRoute({
  method: 'patch',
  path: '/roots/{name}',
  summary: 'Rename a root, or say where its folder lies now',
  request: {
    params: namePath,
    query: noQuery,
    body: { required: true, content: { 'application/json': { schema: changeRootBody } } },
  },
  responses: answers(rootSchema, 'the root'),
});

const remove = createRoute({
  method: 'delete',
  path: '/roots/{name}',
  summary: 'Stop following a folder; no file is touched',
  request: { params: namePath, query: noQuery },
  responses: { 204: { description: 'removed' }, ...failing },
});

const confirm = createRoute({
  method: 'post',
  path: '/roots/{name}/confirm',
  summary: 'Let the removals happen that a sweep holds',
  request: { params: namePath, query: noQuery },
  responses: {
    202: { description: 'the sweep that does it', content: { 'application/json': { schema: jobSchema } } },
    ...failing,
  },
});

export function rootRoutes(app: App, { collection, follower }: Parts): void {
  app.openapi(list, (c) => {
    const withPath = c.get('right') === 'write';
    return c.json({ roots: collection.roots.list().map((root) => rootJson(root, withPath)) }, 200);
  });

  app.openapi(add, async (c) => {
    const { path, name, sweep } = c.req.valid('json');
    const before = new Set(collection.roots.list().map((root) => root.name));
    const root = await follower.add(path, { sweep, ...(name !== undefined && { name }) });
    if (before.has(root.name)) return c.json(rootJson(root, true), 200);
    c.header('Location', `/roots/${encodeURIComponent(root.name)}`);
    return c.json(rootJson(root, true), 201);
  });

  app.openapi(change, async (c) => {
    const { name } = c.req.valid('param');
    const to = c.req.valid('json');
    let root = collection.roots.get(name);
    if (to.path !== undefined) root = await follower.relocate(name, to.path);
    if (to.name !== undefined && to.name !== name) root = await follower.rename(name, to.name);
    return c.json(rootJson(root, true), 200);
  });

  app.openapi(remove, async (c) => {
    await follower.remove(c.req.valid('param').name);
    return c.body(null, 204);
  });

  app.openapi(confirm, (c) => {
    const job = follower.confirm(c.req.valid('param').name);
    c.header('Location', `/jobs/${job.id}`);
    return c.json(jobJson(job, scrubFor(c, collection)), 202);
  });
}

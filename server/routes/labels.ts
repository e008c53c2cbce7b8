import { Readable } from 'node:stream';
import { createRoute, z } from '@hono/zod-openapi';
import type { App, Ctx, Parts } from '../context.ts';
import { unsupportedBody } from '../errors.ts';
import { labelBody, mergeBody, renameBody } from '../label-parameters.ts';
import { labelStateJson } from '../label-records.ts';
import {
  labelConflictsSchema,
  labelImportSchema,
  labelledSchema,
  labelStateSchema,
  labelsSchema,
  relabelledSchema,
} from '../label-schemas.ts';
import { idPath, name, noQuery, rootName } from '../parameters.ts';
import { imageJson } from '../records.ts';
import { answers, failing } from '../schemas.ts';

const list = createRoute({
  method: 'get',
  path: '/labels',
  summary: 'The labels that there are, and how many images have each',
  request: { query: noQuery },
  responses: answers(labelsSchema, 'labels by name'),
});

const conflicts = createRoute({
  method: 'get',
  path: '/labels/conflicts',
  summary: 'The same bytes in folders that disagree, until somebody says which label they have',
  request: { query: noQuery },
  responses: answers(labelConflictsSchema, 'conflicts'),
});

const state = createRoute({
  method: 'get',
  path: '/images/{id}/label',
  summary: 'The given label of an image, where it comes from, and what it was before',
  request: { params: idPath, query: noQuery },
  responses: answers(labelStateSchema, 'the label and its changes, oldest first'),
});

const give = createRoute({
  method: 'put',
  path: '/images/{id}/label',
  summary: 'Label an image, and all with the same bytes; whatever folders say, that holds',
  request: {
    params: idPath,
    query: noQuery,
    body: { required: true, content: { 'application/json': { schema: labelBody } } },
  },
  responses: answers(labelledSchema, 'every image that has changed'),
});

const rename = createRoute({
  method: 'post',
  path: '/labels/rename',
  summary: 'Another name for a label, also for what its folders say from now on',
  request: { query: noQuery, body: { required: true, content: { 'application/json': { schema: renameBody } } } },
  responses: answers(relabelledSchema, 'how many images have it'),
});

const merge = createRoute({
  method: 'post',
  path: '/labels/merge',
  summary: 'Make labels one that is there, also for what their folders say from now on',
  request: { query: noQuery, body: { required: true, content: { 'application/json': { schema: mergeBody } } } },
  responses: answers(relabelledSchema, 'how many images have changed'),
});

const csvTypes = ['text/csv', 'text/plain', 'application/octet-stream'];
const rootQuery = z.strictObject({ root: rootName.optional() });
const csvSchema = { type: 'string', example: 'path,label,split\ncats/a.png,cat,train\n' } as const;

const take = createRoute({
  method: 'post',
  path: '/labels/import',
  summary: 'Labels from a CSV: path,label[,split], with or without a header',
  request: {
    query: z.strictObject({
      root: rootName.optional().openapi({ description: 'paths are of this root only' }),
      name: name.optional().openapi({ description: 'what the file is called' }),
    }),
    body: { required: true, content: { 'text/csv': { schema: csvSchema } } },
  },
  responses: answers(labelImportSchema, 'what was applied, and every line that was not'),
});

const write = createRoute({
  method: 'get',
  path: '/labels/export',
  summary: 'The given labels as a CSV that an import takes',
  request: { query: rootQuery },
  responses: {
    200: { description: 'a line for each labelled image', content: { 'text/csv': { schema: csvSchema } } },
    ...failing,
  },
});

export function labelRoutes(app: App, { collection }: Parts): void {
  const { labels } = collection;

  app.openapi(list, (c) => {
    const { labels: all, ...counts } = labels.list();
    return c.json({ labels: [...all], ...counts }, 200);
  });
  app.openapi(conflicts, (c) => {
    const all = labels.conflicts().map(({ images, ...conflict }) => ({ ...conflict, images: [...images] }));
    return c.json({ conflicts: all }, 200);
  });
  app.openapi(state, (c) => c.json(labelStateJson(labels.get(c.req.valid('param').id)), 200));
  app.openapi(give, (c) => {
    const changed = labels.set(c.req.valid('param').id, { ...c.req.valid('json'), origin: originOf(c) });
    return c.json({ images: changed.map(imageJson) }, 200);
  });
  app.openapi(rename, (c) => {
    const { from, to } = c.req.valid('json');
    return c.json({ images: labels.rename(from, to, originOf(c)) }, 200);
  });
  app.openapi(merge, (c) => {
    const { from, into } = c.req.valid('json');
    return c.json({ images: labels.merge(from, into, originOf(c)) }, 200);
  });
  app.openapi(take, async (c) => {
    const { root, name = 'upload' } = c.req.valid('query');
    const type = (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
    if (!csvTypes.includes(type)) throw unsupportedBody(c, csvTypes);
    const csv = new Uint8Array(await c.req.arrayBuffer());
    const { skipped, ...counts } = await labels.importCsv(csv, { root, origin: `csv:${name}` });
    return c.json({ ...counts, skipped: [...skipped] }, 200);
  });
  app.openapi(write, async (c) => {
    const { root } = c.req.valid('query');
    if (root !== undefined) collection.roots.get(root);
    const csv = Readable.toWeb(Readable.from(labels.exportCsv({ root }), { objectMode: false })) as ReadableStream;
    return c.body(csv, 200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': 'attachment; filename="labels.csv"',
    });
  });
}

/** The command line says so itself: it is a client like any other. */
const originOf = (c: Ctx): string => (c.req.header('x-pixkin-client') === 'cli' ? 'cli' : 'http');

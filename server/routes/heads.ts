import { createRoute } from '@hono/zod-openapi';
import type { App, Ctx, Parts } from '../context.ts';
import { changeHeadBody, headRequest, reportQuery, trainBody, tuneRequest, withJsonNames } from '../head-parameters.ts';
import { headDetailJson, headJson, headReportJson } from '../head-records.ts';
import { headDetailSchema, headReportSchema, headSchema, headsSchema, trainingSchema } from '../head-schemas.ts';
import { jobJson } from '../job-records.ts';
import { jobSchema } from '../job-schemas.ts';
import { idPath, noQuery } from '../parameters.ts';
import { answers, failing } from '../schemas.ts';
import { scrubFor } from '../scrub.ts';
import { isTuning } from '../tune-parameters.ts';

const list = createRoute({
  method: 'get',
  path: '/heads',
  summary: 'The classifiers that were trained on the labels',
  request: { query: noQuery },
  responses: answers(headsSchema, 'heads, newest first'),
});

const train = createRoute({
  method: 'post',
  path: '/heads',
  summary:
    'Train a head on the given labels, or tune a network with one; GET /jobs/{id}/events tells each look at the held-out pictures',
  request: { query: noQuery, body: { required: true, content: { 'application/json': { schema: trainBody } } } },
  responses: {
    202: { description: 'the job; its result is the head', content: { 'application/json': { schema: jobSchema } } },
    ...failing,
  },
});

const one = createRoute({
  method: 'get',
  path: '/heads/{id}',
  summary: 'One head: how it was trained, and how good it is',
  request: { params: idPath, query: noQuery },
  responses: answers(headDetailSchema, 'the head'),
});

const change = createRoute({
  method: 'patch',
  path: '/heads/{id}',
  summary: 'Predict every image with this head in place of another, or with none',
  request: {
    params: idPath,
    query: noQuery,
    body: { required: true, content: { 'application/json': { schema: changeHeadBody } } },
  },
  responses: answers(headDetailSchema, 'the head'),
});

const remove = createRoute({
  method: 'delete',
  path: '/heads/{id}',
  summary: 'Delete a head; where it was in use, nothing is predicted any more',
  request: { params: idPath, query: noQuery },
  responses: answers(headSchema, 'what it was'),
});

const report = createRoute({
  method: 'get',
  path: '/heads/{id}/report',
  summary: 'Wrong predictions, labels that are probably wrong, and which images to label next',
  request: { params: idPath, query: reportQuery },
  responses: answers(headReportSchema, 'the head, and images'),
});

export function headRoutes(app: App, { collection }: Parts): void {
  const { heads } = collection;
  app.openAPIRegistry.register('Training', trainingSchema);

  app.openapi(list, (c) => c.json({ heads: heads.list().map(headJson) }, 200));

  app.openapi(train, (c) => {
    const asked = c.req.valid('json');
    const job = withJsonNames(() =>
      isTuning(asked) ? heads.tune(tuneRequest(asked)) : heads.train(headRequest(asked)),
    );
    c.header('Location', `/jobs/${job.id}`);
    return c.json(jobJson(job, scrubFor(c, collection)), 202);
  });

  const detailOf = (c: Ctx, id: number) => headDetailJson(heads.get(id), scrubFor(c, collection));

  app.openapi(one, (c) => c.json(detailOf(c, c.req.valid('param').id), 200));

  app.openapi(change, async (c) => {
    const { id } = c.req.valid('param');
    const { in_use } = c.req.valid('json');
    if (in_use) await heads.use(id);
    else if (heads.get(id).inUse) await heads.use(null);
    return c.json(detailOf(c, id), 200);
  });

  app.openapi(remove, (c) => c.json(headJson(heads.delete(c.req.valid('param').id)), 200));

  app.openapi(report, async (c) => {
    const { limit } = c.req.valid('query');
    const found = await heads.report(c.req.valid('param').id, limit === undefined ? {} : { limit });
    return c.json(headReportJson(found, scrubFor(c, collection)), 200);
  });
}

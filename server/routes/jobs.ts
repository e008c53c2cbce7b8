import { createRoute } from '@hono/zod-openapi';
import type { App, Parts } from '../context.ts';
import { eventStream } from '../events.ts';
import { jobBody } from '../job-parameters.ts';
import { jobJson } from '../job-records.ts';
import { jobSchema, jobsSchema } from '../job-schemas.ts';
import { jobPath, noQuery } from '../parameters.ts';
import { answers, failing } from '../schemas.ts';
import { scrubFor } from '../scrub.ts';
import { moveOptions } from './spaces.ts';

const start = createRoute({
  method: 'post',
  path: '/jobs',
  summary: 'Sweep roots once, rebuild the index or the embeddings, or move to another network',
  request: { query: noQuery, body: { required: true, content: { 'application/json': { schema: jobBody } } } },
  responses: {
    202: { description: 'the job', content: { 'application/json': { schema: jobSchema } } },
    ...failing,
  },
});

const list = createRoute({
  method: 'get',
  path: '/jobs',
  summary: 'Jobs since the start of the process',
  request: { query: noQuery },
  responses: answers(jobsSchema, 'running jobs and those that have ended lately'),
});

const one = createRoute({
  method: 'get',
  path: '/jobs/{id}',
  summary: 'One job',
  request: { params: jobPath, query: noQuery },
  responses: answers(jobSchema, 'the job'),
});

const cancel = createRoute({
  method: 'delete',
  path: '/jobs/{id}',
  summary: 'Cancel a job; what it committed stays',
  request: { params: jobPath, query: noQuery },
  responses: answers(jobSchema, 'the job, when it has stopped'),
});

const events = createRoute({
  method: 'get',
  path: '/jobs/{id}/events',
  summary: 'What a job does, as server-sent events: progress, outcome, training, end',
  request: { params: jobPath, query: noQuery },
  responses: {
    200: { description: 'events until the job ends', content: { 'text/event-stream': { schema: { type: 'string' } } } },
    ...failing,
  },
});

export function jobRoutes(app: App, { collection, follower }: Parts): void {
  const { jobs } = collection;

  app.openapi(start, (c) => {
    const asked = c.req.valid('json');
    if (asked.kind === 'index') for (const name of asked.roots ?? []) collection.roots.get(name);
    const job =
      asked.kind === 'index'
        ? follower.sweep(asked.roots)
        : collection.rebuild({
            fromCache: asked.from_cache ?? false,
            ...(asked.rollback && { rollback: true }),
            ...(asked.dry_run && { dryRun: true }),
            ...moveOptions(asked),
          });
    c.header('Location', `/jobs/${job.id}`);
    return c.json(jobJson(job, scrubFor(c, collection)), 202);
  });

  app.openapi(list, (c) => {
    const scrub = scrubFor(c, collection);
    return c.json({ jobs: jobs.list().map((job) => jobJson(job, scrub)) }, 200);
  });

  app.openapi(one, (c) => c.json(jobJson(jobs.get(c.req.valid('param').id), scrubFor(c, collection)), 200));

  app.openapi(cancel, async (c) =>
    c.json(jobJson(await jobs.cancel(c.req.valid('param').id), scrubFor(c, collection)), 200),
  );

  app.openapi(events, (c) => {
    const { id } = jobs.get(c.req.valid('param').id);
    const body = c.req.method === 'HEAD' ? null : eventStream(jobs, id, scrubFor(c, collection));
    return c.newResponse(body, 200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  });
}

import { createRoute, z } from '@hono/zod-openapi';
import type { App, Parts } from '../context.ts';
import { noQuery } from '../parameters.ts';
import { answers, failing, okSchema } from '../schemas.ts';

const alive = createRoute({
  method: 'get',
  path: '/healthz',
  summary: 'The process answers',
  request: { query: noQuery },
  responses: answers(okSchema, 'it does'),
});

const ready = createRoute({
  method: 'get',
  path: '/readyz',
  summary: 'The catalog is open and search answers',
  request: { query: noQuery },
  responses: answers(okSchema, 'it does'),
});

const measured = createRoute({
  method: 'get',
  path: '/metrics',
  summary: 'Counts and durations for Prometheus',
  request: { query: noQuery },
  responses: {
    200: { description: 'text exposition format', content: { 'text/plain': { schema: z.string() } } },
    ...failing,
  },
});

export function healthRoutes(app: App, { collection, metrics }: Parts): void {
  app.openapi(alive, (c) => c.json({ ok: true as const }, 200));

  app.openapi(ready, async (c) => {
    // A direction of its own needs no image and no network: only catalog and index.
    const direction = new Float32Array(collection.status().dim);
    direction[0] = 1;
    await collection.search({ vector: direction }, { k: 1, signal: c.req.raw.signal });
    return c.json({ ok: true as const }, 200);
  });

  app.openapi(measured, async (c) => c.text(await metrics.render(), 200, { 'Content-Type': metrics.contentType }));
}

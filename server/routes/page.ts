import { createRoute } from '@hono/zod-openapi';
import type { App } from '../context.ts';
import { operations } from '../document.ts';
import { noQuery } from '../parameters.ts';
import { failing } from '../schemas.ts';
import { contentSecurityPolicy, page } from '../ui/page.ts';

const start = createRoute({
  method: 'get',
  path: '/',
  summary: 'This page',
  request: { query: noQuery },
  responses: {
    200: { description: 'a page that links to everything', content: { 'text/html': { schema: { type: 'string' } } } },
    ...failing,
  },
});

export function pageRoutes(app: App): void {
  let html: string | undefined;
  app.openapi(start, (c) => {
    html ??= page(operations(app));
    return c.body(html, 200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': contentSecurityPolicy,
      'Cache-Control': 'no-cache',
    });
  });
}

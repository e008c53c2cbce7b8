/**
 * /openapi.json, from the very schemas that check requests; and what follows from it: which methods an address takes.
 */
import { createRoute, z } from '@hono/zod-openapi';
import type { App } from './context.ts';
import { noQuery } from './parameters.ts';
import { failing } from './schemas.ts';
import { version } from './version.ts';

export interface Operation {
  readonly method: string;
  /** `/images/{id}` */
  readonly path: string;
  readonly summary: string;
}

export type OpenApi = ReturnType<App['getOpenAPI31Document']>;

const itself = createRoute({
  method: 'get',
  path: '/openapi.json',
  summary: 'This description',
  request: { query: noQuery },
  responses: {
    200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: z.object({ openapi: z.string() }) } } },
    ...failing,
  },
});

export function documentRoutes(app: App): void {
  let document: OpenApi | undefined;
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  app.openapi(itself, (c) => {
    document ??= describe(app);
    return c.json({ ...document }, 200);
  });
}

function describe(app: App): OpenApi {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'pixkin', version, license: { name: 'Apache-2.0' } },
    security: [{}, { token: [] }],
  });
}

/** Every route that is registered. */
export function operations(app: App): Operation[] {
  return Object.entries(describe(app).paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { summary }]) => ({ method: method.toUpperCase(), path, summary })),
  );
}

/** Methods that this address takes; empty where there is no such address. */
export function methodsOf(all: readonly Operation[], path: string): string[] {
  const found = all.filter((o) =>
    new RegExp(`^${o.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  return found.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

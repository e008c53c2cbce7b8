/**
 * The whole HTTP side without a socket: `app.request()` answers in-process, `listen()` of start.ts opens an address.
 */
import { OpenAPIHono } from '@hono/zod-openapi';
import { routePath } from 'hono/route';
import { PixkinError } from '../src/index.ts';
import { authorize } from './auth.ts';
import { limitBodies } from './body.ts';
import type { App, AppOptions, Ctx, Env, Parts } from './context.ts';
import { documentRoutes, methodsOf, type Operation, operations } from './document.ts';
import { errorResponse } from './errors.ts';
import { invalidRequest } from './invalid.ts';
import { createMetrics } from './metrics.ts';
import { classifyRoutes } from './routes/classify.ts';
import { headFileRoutes } from './routes/head-files.ts';
import { headRoutes } from './routes/heads.ts';
import { healthRoutes } from './routes/health.ts';
import { imageRoutes } from './routes/images.ts';
import { jobRoutes } from './routes/jobs.ts';
import { labelRoutes } from './routes/labels.ts';
import { pageRoutes } from './routes/page.ts';
import { pictureRoutes } from './routes/pictures.ts';
import { rootRoutes } from './routes/roots.ts';
import { searchRoutes } from './routes/search.ts';
import { spaceRoutes } from './routes/spaces.ts';
import { statusRoutes } from './routes/status.ts';

export type { Access, App, AppOptions, Log } from './context.ts';

const silent = { debug() {}, error() {} };

/** Every route over one collection. Nothing is thrown: each error is an answer. */
export function createApp({ collection, follower, access, maxUploadBytes, log = silent }: AppOptions): App {
  const parts: Parts = { collection, follower, maxUploadBytes, log, metrics: createMetrics(collection, follower) };
  const app: App = new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error, 'data' in result ? result.data : undefined);
    },
  });
  app.onError((error, c) => errorResponse(c, error, parts));

  app.use(async (c, next) => {
    const start = performance.now();
    await next();
    const { method, path } = c.req;
    for (const [name, value] of securityHeaders) c.res.headers.set(name, value);
    const route = routePath(c, -1);
    parts.metrics.answered(method, route === '/*' ? 'none' : route, c.res.status);
    const ms = Math.round(performance.now() - start);
    log.debug(`${method} ${path} ${c.res.status}`, { ms });
  });
  app.use(authorize(access));
  app.use(async (c, next) => {
    requireWellEncoded(c);
    await next();
  });
  app.use(limitBodies(maxUploadBytes));

  searchRoutes(app, parts);
  classifyRoutes(app, parts);
  imageRoutes(app, parts);
  labelRoutes(app, parts);
  headRoutes(app, parts);
  headFileRoutes(app, parts);
  pictureRoutes(app, parts);
  statusRoutes(app, parts);
  healthRoutes(app, parts);
  rootRoutes(app, parts);
  spaceRoutes(app, parts);
  jobRoutes(app, parts);
  documentRoutes(app);
  pageRoutes(app);

  let all: Operation[] | undefined;
  app.notFound((c) => {
    all ??= operations(app);
    return errorResponse(c, nothingThere(c, methodsOf(all, c.req.path)), parts);
  });
  return app;
}

/** Pictures and answers are for pages of this server only. */
const securityHeaders = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Referrer-Policy', 'no-referrer'],
] as const;

function nothingThere(c: Ctx, methods: readonly string[]): PixkinError {
  const { method, path } = c.req;
  if (methods.length === 0) {
    return new PixkinError('not_found', `there is nothing at ${path}`, {
      hint: 'GET /openapi.json lists what there is',
    });
  }
  c.header('Allow', methods.join(', '));
  return new PixkinError('method_not_allowed', `${path} takes ${methods.join(', ')}; got ${method}`);
}

function requireWellEncoded(c: Ctx): void {
  const { pathname, search } = new URL(c.req.url);
  for (const [name, text] of [
    ['path', pathname],
    ['query string', search],
  ] as const) {
    try {
      decodeURIComponent(text);
    } catch (error) {
      throw new PixkinError('invalid_request', `the ${name} must be UTF-8 in percent-encoding; got ${text}`, {
        cause: error,
      });
    }
  }
}

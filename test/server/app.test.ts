import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createApp } from '../../server/app.ts';
import { createFake, errorOf, openAccess, serve } from './fake.ts';

interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, { summary?: string; parameters?: object[] }>>;
  readonly components: { readonly schemas: object };
}

/** What the router itself knows, written as OpenAPI writes it. */
function registered(app: ReturnType<typeof serve>['app']): string[] {
  const routes = app.routes.filter(({ method }) => method !== 'ALL');
  const written = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  return [...new Set(written)].sort();
}

const document = async (app: ReturnType<typeof serve>['app']) =>
  (await (await app.request('/openapi.json')).json()) as OpenApi;

describe('GET /openapi.json', () => {
  test('describes every route', async () => {
    const { app } = serve();
    const { paths, openapi } = await document(app);
    expect(openapi).toBe('3.1.0');
    const described = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((m) => `${m.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(registered(app));
    expect(described).toEqual(
      expect.arrayContaining([
        ...['GET /', 'GET /similar', 'POST /similar', 'GET /images', 'GET /images/{id}', 'GET /images/{id}/file'],
        ...[
          'GET /images/{id}/thumbnail',
          'GET /status',
          'GET /failures',
          'GET /healthz',
          'GET /readyz',
          'GET /metrics',
        ],
        ...['GET /roots', 'POST /roots', 'PATCH /roots/{name}', 'DELETE /roots/{name}', 'POST /roots/{name}/confirm'],
        ...['POST /jobs', 'GET /jobs', 'GET /jobs/{id}', 'DELETE /jobs/{id}', 'GET /jobs/{id}/events'],
      ]),
    );
  });

  test('has the limits that requests are checked against', async () => {
    const { paths, components } = await document(serve().app);
    expect(paths['/similar']!.get!.parameters).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          name: 'k',
          in: 'query',
          required: false,
          schema: expect.objectContaining({ type: 'integer', minimum: 1, maximum: 1000 }),
        }),
      ]),
    );
    expect(paths['/images/{id}']!.get!.parameters).toMatchObject([{ name: 'id', in: 'path', required: true }]);
    expect(Object.keys(components.schemas)).toEqual(
      expect.arrayContaining(['Error', 'Similar', 'SimilarBody', 'Status', 'Job']),
    );
  });

  test('refers to nothing that it does not have', async () => {
    const text = await (await serve().app.request('/openapi.json')).text();
    const { components } = JSON.parse(text) as OpenApi;
    const named = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(named.filter((name) => !(name! in components.schemas))).toEqual([]);
  });
});

describe('GET /', () => {
  test('links to every route: to its description where something must be filled in', async () => {
    const { app } = serve();
    const response = await app.request('/');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await response.text();
    for (const route of registered(app)) expect(html).toContain(`<code>${route}</code></a>`);
    const { paths } = await document(app);
    for (const [, link = ''] of html.matchAll(/<li><a href="([^"]+)"/g)) {
      const [path, pointer] = link.split('#');
      expect((await app.request(path!)).status).toBe(200);
      const [, , address = '', method = ''] = pointer?.split('/') ?? [];
      if (pointer) expect(paths[address.replaceAll('~1', '/')]).toHaveProperty(method);
    }
  });

  test("runs only the page's own script and style, and loads nothing from elsewhere", async () => {
    const response = await serve().app.request('/');
    const policy = response.headers.get('content-security-policy')!;
    const html = await response.text();
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    for (const tag of ['script', 'style']) {
      const [, text = ''] = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(html) ?? [];
      expect(policy).toContain(`${tag}-src 'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    }
    expect(html).not.toMatch(/https?:|\son\w+=|\sstyle=/);
  });
});

describe('every answer', () => {
  test('has headers that keep other pages out', async () => {
    const { app } = serve();
    for (const path of ['/status', '/nowhere', '/similar?k=0']) {
      const { headers } = await app.request(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('is 404 where there is nothing', async () => {
    const { app } = serve();
    for (const path of ['/nowhere', '/images/', '/images/1/file/x', '/%2e%2e/etc/passwd']) {
      expect(await errorOf(app.request(path))).toMatchObject({ status: 404, code: 'not_found' });
    }
  });

  test('is 405 where a method is not taken, and says which are', async () => {
    const { app } = serve();
    const response = await app.request('/images/1', { method: 'DELETE' });
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(await errorOf(response)).toMatchObject({ status: 405, code: 'method_not_allowed' });
    expect((await app.request('/similar', { method: 'PUT' })).headers.get('allow')).toBe('GET, HEAD, POST');
    expect((await app.request('/status', { method: 'OPTIONS' })).status).toBe(405);
  });

  test('to HEAD has no body', async () => {
    const response = await serve().app.request('/status', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test('is 400 where the address is not well encoded', async () => {
    const { app } = serve();
    const error = await errorOf(app.request('/roots/%ff/confirm', { method: 'POST' }));
    expect(error).toMatchObject({
      status: 400,
      message: 'the path must be UTF-8 in percent-encoding; got /roots/%ff/confirm',
    });
  });

  test('comes from an app that was given no log, too', async () => {
    const search = () => Promise.reject(new Error('broken'));
    const app = createApp({ ...createFake({ collection: { search } }), access: openAccess, maxUploadBytes: 1000 });
    expect((await app.request('/similar?id=1')).status).toBe(500);
  });
});

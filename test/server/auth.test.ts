import { describe, expect, test } from 'vitest';
import type { Access } from '../../server/app.ts';
import { errorOf, jsonRequest, openAccess, serve } from './fake.ts';

const guarded: Access = { writeTokens: ['holder', 'writer'], readTokens: ['reader'], required: true, allowedHosts: [] };
const bearer = (token: string, more: Record<string, string> = {}) => ({ authorization: `Bearer ${token}`, ...more });
const upload = (headers: Record<string, string>): RequestInit => ({
  method: 'POST',
  body: 'x',
  headers: { 'content-type': 'image/png', ...headers },
});

describe('with tokens', () => {
  const ask = (path: string, init?: RequestInit) => serve({ access: guarded }).app.request(path, init);

  test.each(['/', '/status', '/similar?id=1', '/images', '/metrics', '/openapi.json', '/roots', '/nowhere'])(
    '%s needs one',
    async (path) => {
      const response = await ask(path);
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="pixkin"');
      expect(await errorOf(response)).toMatchObject({ status: 401, code: 'unauthorized' });
    },
  );

  test.each(['/healthz', '/readyz'])('%s needs none', async (path) => {
    expect((await ask(path)).status).toBe(200);
  });

  test.each(['holder', 'writer'])('the write token %s does everything', async (token) => {
    expect((await ask('/status', { headers: bearer(token) })).status).toBe(200);
    const { headers, ...init } = jsonRequest({ kind: 'index' });
    expect((await ask('/jobs', { ...init, headers: { ...headers, ...bearer(token) } })).status).toBe(202);
  });

  test('the read token reads and searches', async () => {
    expect((await ask('/status', { headers: bearer('reader') })).status).toBe(200);
    expect((await ask('/status', { method: 'HEAD', headers: bearer('reader') })).status).toBe(200);
    expect((await ask('/similar', upload(bearer('reader')))).status).toBe(200);
    expect((await ask('/status', { headers: { authorization: 'bearer  reader' } })).status).toBe(200);
  });

  test.each([
    ['POST', '/roots'],
    ['PATCH', '/roots/photos'],
    ['DELETE', '/roots/photos'],
    ['POST', '/roots/photos/confirm'],
    ['POST', '/jobs'],
    ['DELETE', '/jobs/x'],
  ])('the read token may not %s %s', async (method, path) => {
    expect(await errorOf(ask(path, { method, headers: bearer('reader') }))).toMatchObject({
      status: 403,
      code: 'forbidden',
    });
  });

  test.each(['Bearer other', 'Bearer ', 'Basic cmVhZGVy', 'reader', 'Bearer reader,writer', 'Bearer reade'])(
    'refuses "%s"',
    async (authorization) => {
      const response = await ask('/status', { headers: { authorization } });
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="pixkin", error="invalid_token"');
      expect(response.status).toBe(401);
    },
  );

  test('no token comes by an address, where logs would keep it', async () => {
    expect((await ask('/status?token=writer')).status).toBe(401);
  });

  test('a body is not read for somebody who may not send it', async () => {
    let taken = 0;
    const body = new ReadableStream({ pull: () => void taken++ }, { highWaterMark: 0 });
    await ask('/similar', {
      method: 'POST',
      body,
      headers: { 'content-type': 'image/png' },
      duplex: 'half',
    } as RequestInit);
    expect(taken).toBe(0);
  });
});

describe('without a token configured', () => {
  test('everything is open on this machine', async () => {
    const { app } = serve();
    expect((await app.request('/jobs', jsonRequest({ kind: 'index' }))).status).toBe(202);
  });

  test("the holder's own token works, and another one does not", async () => {
    const { app } = serve();
    expect((await app.request('/status', { headers: bearer('holder') })).status).toBe(200);
    expect((await app.request('/status', { headers: bearer('other') })).status).toBe(401);
  });
});

describe('the name that was asked for', () => {
  const status = async (host: string, allowedHosts: string[] = [], headers = {}) =>
    (await serve({ access: { ...openAccess, allowedHosts } }).app.request('/status', { headers: { host, ...headers } }))
      .status;

  test.each(['localhost', 'localhost:7700', 'LOCALHOST:1', '127.0.0.1', '127.0.0.1:7700', '[::1]', '[::1]:7700'])(
    'may be %s',
    async (host) => {
      expect(await status(host)).toBe(200);
    },
  );

  test.each([
    'evil.example',
    'evil.example:7700',
    'localhost.evil.example',
    'evil.example#localhost',
    '192.168.0.5',
    '[::2]',
    '',
  ])('may not be "%s"', async (host) => {
    expect(await status(host)).toBe(403);
  });

  test('must be right with a token, too', async () => {
    expect(await status('evil.example', [], bearer('holder'))).toBe(403);
  });

  test('may be one that was allowed', async () => {
    expect(await status('Pix.local:7700', ['pix.local'])).toBe(200);
    expect(await status('pix.local:7700', ['pix.local:7700'])).toBe(200);
    expect(await status('192.168.0.5:7700', ['192.168.0.5'])).toBe(200);
    expect(await status('[fe80::5]:7700', ['fe80::5'])).toBe(200);
    expect(await status('evil.example', ['pix.local'])).toBe(403);
  });

  test.each(['0.0.0.0', '::'])('may be any address, but no name, where %s is listened to', async (wildcard) => {
    expect(await status('192.168.0.5:7700', [wildcard])).toBe(200);
    expect(await status('[fe80::5]:7700', [wildcard])).toBe(200);
    expect(await status('evil.example', [wildcard])).toBe(403);
  });

  test('is checked for health, too', async () => {
    const { app } = serve();
    expect((await app.request('/healthz', { headers: { host: 'evil.example' } })).status).toBe(403);
  });
});

describe('a page of another site', () => {
  const host = 'localhost:7700';
  const writes: [string, RequestInit][] = [
    ['/jobs', jsonRequest({ kind: 'index' })],
    ['/similar', upload({})],
    ['/roots/photos', { method: 'DELETE' }],
  ];
  const statuses = (headers: Record<string, string>) =>
    Promise.all(
      writes.map(async ([path, init]) => {
        const request = { ...init, headers: { ...init.headers, host, ...headers } };
        return (await serve().app.request(path, request)).status;
      }),
    );

  test.each<Record<string, string>>([
    { origin: 'https://evil.example' },
    { origin: 'http://localhost:3000' },
    { origin: 'http://localhost' },
    { origin: 'null' },
    { origin: '' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://localhost:7700', 'sec-fetch-site': 'cross-site' },
  ])('may change nothing and upload nothing: %j', async (headers) => {
    expect(await statuses(headers)).toEqual([403, 403, 403]);
  });

  test('may not with the token of a user either', async () => {
    expect(await statuses({ origin: 'https://evil.example', ...bearer('holder') })).toEqual([403, 403, 403]);
  });

  test.each<Record<string, string>>([
    {},
    { origin: 'http://localhost:7700' },
    { origin: 'http://LOCALHOST:7700', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ])('is not this: %j', async (headers) => {
    expect(await statuses(headers)).toEqual([202, 200, 204]);
  });
});

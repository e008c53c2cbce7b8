import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { type Listening, listen, requireToken } from '../../server/start.ts';
import { PixkinError } from '../../src/index.ts';
import { errorOf, type Served, serve } from './fake.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((one) => one?.some(({ address }) => address === '::1'));
const running: Listening[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function start(served: Served = serve()): Promise<Listening> {
  const server = await listen(served.app, { host: '127.0.0.1', port: 0 });
  running.push(server);
  return server;
}

/** What the server answers to these very bytes. */
async function raw(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end(bytes);
  let answer = '';
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text;
  });
  await once(socket, 'close');
  return answer;
}

describe('listen', () => {
  test('opens any free port and says which', async () => {
    const { url } = await start();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d+$/);
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ ok: true });
  });

  test.skipIf(!hasIpv6)('brackets an IPv6 address (skipped where this machine has none)', async () => {
    const server = await listen(serve().app, { host: '::1', port: 0 });
    running.push(server);
    expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await fetch(`${server.url}/status`)).status).toBe(200);
  });

  test('says which port is taken', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    const second = listen(serve().app, { host: '127.0.0.1', port });
    await expect(second).rejects.toMatchObject({
      code: 'invalid_request',
      message: `cannot listen at 127.0.0.1, port ${port}: another program listens there`,
    });
  });

  test('says which address this machine does not have', async () => {
    const elsewhere = listen(serve().app, { host: '192.0.2.1', port: 0, tokens: ['x'] });
    await expect(elsewhere).rejects.toThrow('cannot listen at 192.0.2.1, port 0: this machine has no such address');
  });

  test('does not let other machines in without a token', async () => {
    await expect(listen(serve().app, { host: '0.0.0.0', port: 0 })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('requireToken', () => {
  test.each(['127.0.0.1', '127.1.2.3', 'localhost', 'LOCALHOST', '::1', '[::1]'])('needs none for %s', (host) => {
    expect(() => requireToken(host, [])).not.toThrow();
  });

  test.each(['0.0.0.0', '::', '192.168.0.5', 'pix.local', '127.evil.example', '128.0.0.1', ''])(
    'needs one for "%s"',
    (host) => {
      expect(() => requireToken(host, [])).toThrow(PixkinError);
      expect(() => requireToken(host, ['token'])).not.toThrow();
    },
  );
});

describe('a client', () => {
  test('reads that its upload is too large, sent as one or in chunks', async () => {
    const { url } = await start(serve({ maxUploadBytes: 20e6 }));
    const headers = { 'content-type': 'image/png' };
    const whole = fetch(`${url}/similar`, { method: 'POST', body: new Uint8Array(30e6), headers });
    expect(await errorOf(whole)).toMatchObject({ status: 413, code: 'upload_too_large' });
    let left = 30;
    const body = new ReadableStream({
      pull(controller) {
        if (left-- > 0) controller.enqueue(new Uint8Array(1e6));
        else controller.close();
      },
    });
    const chunked = fetch(`${url}/similar`, { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
    expect(await errorOf(chunked)).toMatchObject({ status: 413, code: 'upload_too_large' });
    expect((await fetch(`${url}/status`)).status).toBe(200);
  });

  test('has its picture searched, whole', async () => {
    const served = serve();
    const { url } = await start(served);
    const bytes = new Uint8Array(3e6).map((_, i) => i % 251);
    await fetch(`${url}/similar`, { method: 'POST', body: bytes, headers: { 'content-type': 'image/png' } });
    const { query } = served.searches[0]! as { query: { upload: Uint8Array } };
    expect(Buffer.from(query.upload).equals(bytes)).toBe(true);
  });

  test('that goes away stops its search', async () => {
    const stopped = new Promise<void>((resolve) => {
      const served = serve({
        collection: {
          search: (_, { signal } = {}) =>
            new Promise((_, reject) => {
              signal!.addEventListener('abort', () => {
                resolve();
                reject(new PixkinError('cancelled', 'cancelled'));
              });
              asking.abort();
            }),
        },
      });
      const asking = new AbortController();
      void start(served).then(({ url }) => fetch(`${url}/similar?id=1`, { signal: asking.signal }).catch(() => {}));
    });
    await stopped;
  });

  test('may not ask for another host', async () => {
    const { url } = await start();
    const ask = (host: string) => raw(url, `GET /status HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(await ask('localhost')).toMatch(/^HTTP\/1\.1 200/);
    expect(await ask('evil.example')).toMatch(/^HTTP\/1\.1 403/);
    expect(await ask('localhost/@evil')).toMatch(/^HTTP\/1\.1 400.*"invalid_request"/s);
  });

  test.each([
    ['GET /../../etc/passwd HTTP/1.1', 404],
    ['GET /..%2f..%2fetc/passwd HTTP/1.1', 404],
    ['GET /images/..%2f1/file HTTP/1.1', 400],
    ['GET /similar?image=%00 HTTP/1.1', 400],
    ['GET /similar?image=%zz HTTP/1.1', 400],
    ['GET http://evil.example/status HTTP/1.1', 200],
    ['nonsense', 400],
  ])('gets an answer to %s', async (line, status) => {
    const { url } = await start();
    expect(await raw(url, `${line}\r\nHost: localhost\r\nConnection: close\r\n\r\n`)).toMatch(`HTTP/1.1 ${status}`);
  });
});

describe('close', () => {
  test('ends idle connections and event streams, and takes no more', async () => {
    const served = serve();
    const server = await start(served);
    const job = served.collection.jobs.start('index', () => new Promise(() => {}));
    const response = await fetch(`${server.url}/jobs/${job.id}/events`);
    const reader = response.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toMatch(/^event: progress\n/);
    const ended = (async () => {
      while (!(await reader.read()).done);
    })().catch(() => {});
    await Promise.all([server.close(), server.close(), ended]);
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });

  test('lets an answer under way be finished', async () => {
    const { promise, release } = held();
    const served = serve();
    const { collection } = served;
    const search = collection.search;
    const begun = new Promise<void>((begin) => {
      Object.assign(collection, {
        search: async (...args: Parameters<typeof search>) => {
          begin();
          await promise;
          return search(...args);
        },
      });
    });
    const server = await start(served);
    const answer = fetch(`${server.url}/similar?id=1`);
    await begun;
    const closed = server.close();
    release();
    expect((await answer).status).toBe(200);
    await closed;
  });
});

function held() {
  let release = (): void => {};
  const promise = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { promise, release };
}

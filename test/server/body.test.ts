import { describe, expect, test } from 'vitest';
import { errorOf, serve } from './fake.ts';

const chunk = new Uint8Array(64 * 1024);

/** An upload that counts what is taken of it, and would never end. */
function endless(headers: Record<string, string> = {}) {
  let taken = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        taken += chunk.length;
        controller.enqueue(chunk);
      },
    },
    { highWaterMark: 0 },
  );
  const init = { method: 'POST', body, headers: { 'content-type': 'image/png', ...headers }, duplex: 'half' };
  return { init: init as RequestInit, taken: () => taken };
}

describe('an upload that is too large', () => {
  test('is refused without a look where it says its length', async () => {
    const { app } = serve({ maxUploadBytes: 1000 });
    const { init, taken } = endless({ 'content-length': '1001' });
    const error = await errorOf(app.request('/similar', init));
    expect(error).toMatchObject({
      status: 413,
      code: 'upload_too_large',
      message: 'a body may have at most 0.001 MB',
    });
    expect(taken()).toBe(0);
  });

  test.each(['image/png', 'multipart/form-data; boundary=x', 'application/json'])(
    'is not read to its end as %s',
    async (type) => {
      const { app, searches } = serve({ maxUploadBytes: 500_000 });
      const { init, taken } = endless({ 'content-type': type });
      expect(await errorOf(app.request('/similar', init))).toMatchObject({ status: 413, code: 'upload_too_large' });
      expect(taken()).toBeLessThan(1_000_000);
      expect(searches).toEqual([]);
    },
  );

  test('is measured by its picture in a form', async () => {
    const { app } = serve({ maxUploadBytes: 1000 });
    const post = (bytes: number) => {
      const body = new FormData();
      body.append('image', new Blob([new Uint8Array(bytes).fill(1)]));
      return app.request('/similar', { method: 'POST', body });
    };
    expect((await post(1000)).status).toBe(200);
    expect(await errorOf(post(1001))).toMatchObject({ status: 413 });
  });
});

test('an upload that breaks off is an error of whoever sends it', async () => {
  const { app, errors } = serve();
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) });
  const init = { method: 'POST', body, headers: { 'content-type': 'image/png' }, duplex: 'half' } as RequestInit;
  expect(await errorOf(app.request('/similar', init))).toMatchObject({ status: 400, code: 'invalid_request' });
  expect(errors).toEqual([]);
});

test('an upload of exactly the limit is taken', async () => {
  const { app } = serve({ maxUploadBytes: 1000 });
  const init = { method: 'POST', body: new Uint8Array(1000).fill(1), headers: { 'content-type': 'image/png' } };
  expect((await app.request('/similar', init)).status).toBe(200);
});

test('no more uploads are held at once than fit into memory', async () => {
  const finish: (() => void)[] = [];
  const { app } = serve({
    collection: { search: () => new Promise((_, reject) => finish.push(() => reject(new Error('x')))) },
  });
  const init = { method: 'POST', body: 'x', headers: { 'content-type': 'image/png' } };
  const waiting = Array.from({ length: 32 }, () => app.request('/similar', init));
  const response = await app.request('/similar', init);
  expect(response.headers.get('retry-after')).toBe('1');
  expect(await errorOf(response)).toMatchObject({ status: 429, code: 'busy' });
  while (finish.length < 32) await new Promise(setImmediate);
  for (const end of finish) end();
  await Promise.all(waiting);
  const later = app.request('/similar', init);
  while (finish.length < 33) await new Promise(setImmediate);
  finish.at(-1)!();
  expect((await later).status).toBe(500);
});

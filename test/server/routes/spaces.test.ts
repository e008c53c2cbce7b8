import { describe, expect, test } from 'vitest';
import { PixkinError } from '../../../src/index.ts';
import { errorOf, jsonRequest, openAccess, serve } from '../fake.ts';

describe('GET /spaces', () => {
  test('tells of every space, the current one first', async () => {
    const { app } = serve();
    expect(await (await app.request('/spaces')).json()).toEqual({
      spaces: [
        {
          ...{
            id: '0123456789abcdef',
            backbone: 'tiny',
            folder: '/srv/secret/tiny',
            pooling: 'avg',
            cut: null,
            base: null,
            dim: 2,
          },
          ...{ current: true, previous: false, embedded: 3, lacking: 0, failed: 0, coverage: 1, bytes: 1012 },
        },
        {
          ...{ id: 'fedcba9876543210', backbone: 'big', folder: 'big', pooling: null, cut: 'conv', base: null, dim: 9 },
          ...{ current: false, previous: true, embedded: 2, lacking: 1, failed: 0, coverage: 2 / 3, bytes: 2036 },
        },
      ],
    });
  });

  test('keeps folders from whoever only reads', async () => {
    const { app } = serve({ access: { ...openAccess, readTokens: ['reader'], required: true } });
    const response = await app.request('/spaces', { headers: { authorization: 'Bearer reader' } });
    const text = await response.text();
    expect(text).toContain('"backbone":"tiny"');
    expect(text).not.toContain('secret');
  });

  test('takes no parameter', async () => {
    const { app } = serve();
    expect(await errorOf(app.request('/spaces?limit=1'))).toMatchObject({
      status: 400,
      message: 'limit is not a parameter here',
    });
  });
});

describe('POST /spaces', () => {
  test.each([
    [
      { backbone: 'vgg16', pooling: 'none' },
      { fromCache: false, backbone: 'vgg16', pooling: 'none' },
    ],
    [
      { pooling: 'max', drop_old: true },
      { fromCache: false, pooling: 'max', dropOld: true },
    ],
  ])('starts the job that moves: %j', async (body, options) => {
    const { app, collection } = serve();
    const response = await app.request('/spaces', jsonRequest(body));
    const { id } = (await response.json()) as { id: string };
    expect([response.status, response.headers.get('location')]).toEqual([202, `/jobs/${id}`]);
    for await (const event of collection.jobs.events(id)) {
      if (event.type === 'end') expect(event.job).toMatchObject({ kind: 'rebuild', result: options });
    }
  });

  test.each([
    [{}, 'at least one of backbone, pooling, cut and project must be given'],
    [{ drop_old: true }, 'at least one of backbone, pooling, cut and project must be given'],
    [{ project: 0 }, 'project must be a whole number from 1 to 65536; got 0'],
    [{ backbone: '' }, 'backbone must not be empty; got ""'],
    [{ backbone: 'a', kind: 'rebuild' }, 'kind is not a parameter here'],
  ])('refuses %j', async (body, message) => {
    const { app } = serve();
    expect(await errorOf(app.request('/spaces', jsonRequest(body)))).toMatchObject({ status: 400, message });
  });

  test('is for who may write', async () => {
    const { app } = serve({ access: { ...openAccess, readTokens: ['reader'], required: true } });
    const request = jsonRequest({ backbone: 'a' });
    const headers = { ...request.headers, authorization: 'Bearer reader' };
    expect(await errorOf(app.request('/spaces', { ...request, headers }))).toMatchObject({ status: 403 });
  });
});

describe('DELETE /spaces/{id}', () => {
  test('frees a space, and says what it was', async () => {
    const { app } = serve();
    const response = await app.request('/spaces/fedcba9876543210', { method: 'DELETE' });
    expect([response.status, await response.json()]).toMatchObject([200, { backbone: 'big', bytes: 2036 }]);
  });

  test('refuses one that is in use, and one that is not there', async () => {
    const { app } = serve({
      collection: { dropSpace: () => Promise.reject(new PixkinError('space_in_use', 'it is the current one')) },
    });
    expect(await errorOf(app.request('/spaces/a', { method: 'DELETE' }))).toMatchObject({
      status: 409,
      code: 'space_in_use',
    });
    expect(await errorOf(serve().app.request('/spaces/a', { method: 'DELETE' }))).toMatchObject({
      status: 404,
      code: 'space_not_found',
    });
  });
});

describe('/similar asks another space', () => {
  test.each([
    ['GET', '/similar?id=1&space=big', undefined, { space: 'big' }, { address: { id: 1 } }],
    ['POST', '/similar', { id: 1, space: 'big' }, { space: 'big' }, { address: { id: 1 } }],
    ['POST', '/similar', { vector: [1, 0], space: 'big' }, { space: 'big' }, { vector: [1, 0] }],
    [
      ...(['POST', '/similar', { positive: [{ vector: [1, 0], space: 'abc' }] }, {}] as const),
      { positive: [{ vector: [1, 0], space: 'abc' }], negative: [] },
    ],
  ])('%s %s %j', async (_, path, body, options, query) => {
    const { app, searches } = serve();
    await app.request(path, body && jsonRequest(body));
    expect(searches).toMatchObject([{ query, options }]);
    if (!('space' in options)) expect(searches[0]?.options).not.toHaveProperty('space');
  });

  test('with an upload, in the address or in the form', async () => {
    const { app, searches } = serve();
    const form = new FormData();
    form.set('image', new Blob(['picture']));
    form.set('space', 'big');
    await app.request('/similar', { method: 'POST', body: form });
    const headers = { 'content-type': 'image/jpeg' };
    await app.request('/similar?space=small', { method: 'POST', body: 'picture', headers });
    expect(searches.map(({ options }) => options.space)).toEqual(['big', 'small']);
  });

  test.each([
    ['/similar?id=1&space=', 'space must not be empty; got ""'],
    ['/similar?id=1&space=a&space=b', 'space must be given once, as text; got ["a","b"]'],
  ])('refuses %s', async (path, message) => {
    const { app } = serve();
    expect(await errorOf(app.request(path))).toMatchObject({ status: 400, message });
  });

  test('refuses an example that names a space without a vector', async () => {
    const { app } = serve();
    const request = jsonRequest({ positive: [{ id: 1, space: 'big' }] });
    expect((await errorOf(app.request('/similar', request))).message).toContain('must have space with vector only');
  });
});

import { describe, expect, test } from 'vitest';
import { PixkinError } from '../../../src/index.ts';
import { errorOf, jsonRequest, openAccess, photos, serve } from '../fake.ts';

const shown = { name: 'photos', state: 'online', images: 3, held: 0, path: '/srv/secret/photos' };

describe('GET /roots', () => {
  test('lists the folders', async () => {
    const { app } = serve();
    expect(await (await app.request('/roots')).json()).toEqual({ roots: [shown] });
  });

  test('keeps their paths from whoever only reads', async () => {
    const { app } = serve({ access: { ...openAccess, readTokens: ['reader'], required: true } });
    const response = await app.request('/roots', { headers: { authorization: 'Bearer reader' } });
    const { path: _, ...rest } = shown;
    expect(await response.json()).toEqual({ roots: [rest] });
  });
});

describe('POST /roots', () => {
  test('follows a folder, under a name where one is given', async () => {
    const { app, told } = serve();
    const response = await app.request('/roots', jsonRequest({ path: '/srv/more', name: 'a b' }));
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe('/roots/a%20b');
    expect(await response.json()).toMatchObject({ name: 'a b', path: '/srv/more', state: 'sweeping' });
    expect(told).toEqual([['add', '/srv/more', { name: 'a b', sweep: true }]]);
  });

  test('leaves the sweep to the caller where it says so', async () => {
    const { app, told } = serve();
    await app.request('/roots', jsonRequest({ path: '/srv/more', sweep: false }));
    expect(told).toEqual([['add', '/srv/more', { sweep: false }]]);
  });

  test('answers 200 for a folder that is followed already', async () => {
    const { app } = serve();
    const response = await app.request('/roots', jsonRequest({ path: photos.path }));
    expect([response.status, await response.json()]).toEqual([200, shown]);
  });

  test('names the folder that is not there, as it was named', async () => {
    const add = () => Promise.reject(new PixkinError('folder_not_found', 'there is no folder /srv/none'));
    const { app } = serve({ follower: { add } });
    const error = await errorOf(app.request('/roots', jsonRequest({ path: '/srv/none' })));
    expect(error).toMatchObject({ status: 400, code: 'folder_not_found', message: 'there is no folder /srv/none' });
  });

  test.each([
    [{ path: 'photos' }, 'path must be the absolute path of a folder of the server; got photos'],
    [{ path: '/a\0b' }, 'path must be the absolute path of a folder of the server; got "/a\\u0000b"'],
    [{}, 'path must be the absolute path of a folder of the server; got nothing'],
    [{ path: '/x', name: '' }, 'name must not be empty; got ""'],
    [{ path: '/x', nmae: 'y' }, 'nmae is not a parameter here'],
  ])('refuses %j', async (body, message) => {
    const { app, told } = serve();
    expect(await errorOf(app.request('/roots', jsonRequest(body)))).toMatchObject({ status: 400, message });
    expect(told).toEqual([]);
  });

  test('refuses what is not JSON', async () => {
    const { app } = serve();
    const bad = { ...jsonRequest({}), body: '{"path":' };
    const message = 'the body must be JSON; it cannot be parsed';
    expect(await errorOf(app.request('/roots', bad))).toMatchObject({ status: 400, code: 'invalid_request', message });
    const text = { method: 'POST', body: '/srv/more', headers: { 'content-type': 'text/plain' } };
    expect(await errorOf(app.request('/roots', text))).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });

  test('refuses a body beyond a megabyte', async () => {
    const { app } = serve();
    const error = await errorOf(app.request('/roots', jsonRequest({ path: `/${'x'.repeat(1_000_000)}` })));
    expect(error).toMatchObject({ status: 413, code: 'upload_too_large' });
  });
});

describe('PATCH /roots/{name}', () => {
  const patch = (body: object) => jsonRequest(body, 'PATCH');

  test('moves and renames', async () => {
    const { app, told } = serve();
    expect(await (await app.request('/roots/photos', patch({ name: 'new' }))).json()).toEqual({
      ...shown,
      name: 'new',
    });
    expect(await (await app.request('/roots/photos', patch({ path: '/mnt/x' }))).json()).toEqual({
      ...shown,
      path: '/mnt/x',
    });
    await app.request('/roots/photos', patch({ path: '/mnt/y', name: 'both' }));
    expect(told).toEqual([
      ['rename', 'photos', 'new'],
      ['relocate', 'photos', '/mnt/x'],
      ['relocate', 'photos', '/mnt/y'],
      ['rename', 'photos', 'both'],
    ]);
  });

  test.each([
    ['photos', {}, 400, 'name or path must be given'],
    ['photos', { path: 'x' }, 400, 'path must be the absolute path of a folder of the server; got x'],
    ['..%2f', { name: 'x' }, 404, 'no root is named "../"'],
  ])('refuses %s %j', async (name, body, status, message) => {
    const { app } = serve();
    expect(await errorOf(app.request(`/roots/${name}`, patch(body)))).toMatchObject({ status, message });
  });
});

describe('DELETE /roots/{name}', () => {
  test('stops following a folder', async () => {
    const { app, told } = serve();
    const response = await app.request('/roots/photos', { method: 'DELETE' });
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(told).toEqual([['remove', 'photos']]);
  });

  test('knows no other name', async () => {
    const { app } = serve();
    const error = await errorOf(app.request('/roots/x', { method: 'DELETE' }));
    expect(error).toMatchObject({ status: 404, code: 'root_not_found' });
  });
});

describe('POST /roots/{name}/confirm', () => {
  test.each([{ method: 'POST' }, jsonRequest({})])('starts the sweep that removes', async (request) => {
    const { app, told } = serve();
    const response = await app.request('/roots/photos/confirm', request);
    const job = (await response.json()) as { id: string };
    expect(response.status).toBe(202);
    expect(job).toMatchObject({ kind: 'index', state: 'running' });
    expect(response.headers.get('location')).toBe(`/jobs/${job.id}`);
    expect(told).toEqual([['confirm', 'photos']]);
  });

  test('says that nothing is held', async () => {
    const confirm = () => {
      throw new PixkinError('nothing_held', 'no removal of root "photos" waits');
    };
    const { app } = serve({ follower: { confirm } });
    const error = await errorOf(app.request('/roots/photos/confirm', { method: 'POST' }));
    expect(error).toMatchObject({ status: 409, code: 'nothing_held' });
  });
});

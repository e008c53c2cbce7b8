import { describe, expect, test } from 'vitest';
import { PixkinError } from '../../../src/index.ts';
import { bytesRequest, errorOf, image, jpeg, jsonRequest, openAccess, serve } from '../fake.ts';

const csv = (text: string, type = 'text/csv'): RequestInit =>
  bytesRequest(new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>, type);
const form = (...fields: readonly [string, string | Blob][]): RequestInit => {
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, value);
  return { method: 'POST', body };
};

test('GET /labels lists labels with their counts', async () => {
  expect(await (await serve().app.request('/labels')).json()).toEqual({
    labels: [{ label: 'tiger', given: 2, predicted: 0, splits: { train: 1, validation: 0, test: 0, none: 1 } }],
    ...{ labelled: 2, unlabelled: 1, conflicts: 1 },
  });
});

test('records and results show what was given and what is predicted', async () => {
  const images = [image(1, { label: 'tiger', prediction: { label: 'lion', p: 0.75 } }), image(2)];
  const { app } = serve({ images });
  const shown = { label: 'tiger', prediction: { label: 'lion', p: 0.75 } };
  expect(await (await app.request('/images/1')).json()).toMatchObject(shown);
  expect(await (await app.request('/images/2')).json()).toMatchObject({ label: null, prediction: null });
  expect(await (await app.request('/similar?id=2')).json()).toMatchObject({ results: [shown] });
});

describe('PUT /images/{id}/label', () => {
  test('answers with every image that has changed', async () => {
    const { app, relabelled } = serve();
    const response = await app.request('/images/2/label', jsonRequest({ label: 'tiger', split: 'train' }, 'PUT'));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ images: [{ id: 2, image: 'tiger2.jpg', label: 'tiger' }] });
    await app.request('/images/2/label', jsonRequest({ label: null }, 'PUT'));
    expect(relabelled).toEqual([
      ['set', 2, { label: 'tiger', split: 'train', origin: 'http' }],
      ['set', 2, { label: null, origin: 'http' }],
    ]);
  });

  test('knows the command line from others', async () => {
    const { app, relabelled } = serve();
    const { headers, ...request } = jsonRequest({ label: 'tiger' }, 'PUT');
    const own = { ...(headers as Record<string, string>), 'x-pixkin-client': 'cli' };
    await app.request('/images/2/label', { ...request, headers: own });
    expect(relabelled[0]?.[2]).toMatchObject({ origin: 'cli' });
  });

  test.each([
    [{}, 'label must be text; got nothing'],
    [{ label: 5 }, 'label must be text; got 5'],
    [{ label: 'a', split: 'none' }, 'split must be train, validation, test or null; got none'],
    [{ label: 'a', by: 'me' }, '"by" is not a parameter here'],
    [[], 'the body must be a JSON object'],
  ])('refuses %j', async (body, message) => {
    const answer = serve().app.request('/images/2/label', jsonRequest(body, 'PUT'));
    const { status, message: said } = await errorOf(answer);
    expect([status, said.replaceAll('"', '')]).toEqual([400, message.replaceAll('"', '')]);
  });

  test('needs an image and the write token', async () => {
    const access = { ...openAccess, readTokens: ['reader'], required: true };
    const { app } = serve({ access });
    const { headers, ...request } = jsonRequest({ label: 'tiger' }, 'PUT');
    const as = (token: string) => ({ ...(headers as Record<string, string>), authorization: `Bearer ${token}` });
    expect((await app.request('/images/9/label', { ...request, headers: as('holder') })).status).toBe(404);
    expect((await app.request('/images/1/label', { ...request, headers: as('reader') })).status).toBe(403);
    expect((await app.request('/labels', { headers: as('reader') })).status).toBe(200);
  });
});

describe('GET /images/{id}/label', () => {
  test('tells what was said, when and by whom', async () => {
    const said = { label: 'tiger', split: null, origin: 'cli', at: 0 };
    const change = { ...said, before: { label: null, split: null } };
    const { app } = serve({ labels: { get: () => ({ now: said, changes: [change] }) } });
    const at = '1970-01-01T00:00:00.000Z';
    expect(await (await app.request('/images/1/label')).json()).toEqual({
      ...{ ...said, at },
      changes: [{ ...change, at }],
    });
  });

  test('is empty where nothing ever was', async () => {
    expect(await (await serve().app.request('/images/1/label')).json()).toEqual({
      ...{ label: null, split: null, origin: null, at: null, changes: [] },
    });
  });
});

test('GET /labels/conflicts lists what folders disagree about', async () => {
  const one = { id: 1, root: 'photos', image: 'cats/a.jpg', label: 'cats', split: null };
  const conflict = { kind: 'label', content: 'f'.repeat(64), images: [one] } as const;
  const { app } = serve({ labels: { conflicts: () => [conflict] } });
  expect(await (await app.request('/labels/conflicts')).json()).toEqual({ conflicts: [conflict] });
});

test('labels are renamed and merged', async () => {
  const { app, relabelled } = serve();
  const post = async (path: string, body: object) => (await app.request(path, jsonRequest(body))).json();
  expect(await post('/labels/rename', { from: 'tigre', to: 'tiger' })).toEqual({ images: 2 });
  expect(await post('/labels/merge', { from: ['a', 'b'], into: 'c' })).toEqual({ images: 3 });
  expect(await post('/labels/merge', { from: 'a', into: 'c' })).toEqual({ images: 3 });
  expect(relabelled).toEqual([
    ['rename', 'tigre', 'tiger', 'http'],
    ['merge', ['a', 'b'], 'c', 'http'],
    ['merge', ['a'], 'c', 'http'],
  ]);
  const exists = () => {
    throw new PixkinError('label_exists', 'to must be a label that no picture has; got "tiger"');
  };
  const answer = serve({ labels: { rename: exists } }).app.request(
    '/labels/rename',
    jsonRequest({ from: 'a', to: 'b' }),
  );
  expect(await errorOf(answer)).toMatchObject({ status: 409, code: 'label_exists' });
});

describe('POST /labels/import', () => {
  test.each(['text/csv', 'text/csv; charset=utf-8', 'text/plain', 'application/octet-stream'])(
    'takes %s',
    async (type) => {
      const skipped = [{ line: 2, path: 'x.jpg', label: 'tiger', reason: 'not_found' }] as const;
      const given: unknown[] = [];
      const importCsv = async (bytes: Uint8Array, o: object) => {
        given.push(new TextDecoder().decode(bytes), o);
        return { lines: 2, applied: 1, changed: 1, skipped };
      };
      const { app } = serve({ labels: { importCsv } });
      const response = await app.request('/labels/import?root=photos&name=cats.csv', csv('a.jpg,tiger\n', type));
      expect(await response.json()).toEqual({ lines: 2, applied: 1, changed: 1, skipped });
      expect(given).toEqual(['a.jpg,tiger\n', { root: 'photos', origin: 'csv:cats.csv' }]);
    },
  );

  test('has a limit of its own, and a name where none is said', async () => {
    const { app, relabelled } = serve();
    expect((await app.request('/labels/import', csv('x'.repeat(1_100_000)))).status).toBe(200);
    expect(relabelled[0]?.[2]).toMatchObject({ origin: 'csv:upload' });
    const { headers, ...huge } = csv('x');
    const said = { ...(headers as Record<string, string>), 'content-length': '64000001' };
    const answer = app.request('/labels/import', { ...huge, headers: said });
    expect(await errorOf(answer)).toMatchObject({ status: 413, message: 'a body may have at most 64 MB' });
  });

  test('refuses another type, and parameters that are none', async () => {
    const { app } = serve();
    expect(await errorOf(app.request('/labels/import', jsonRequest({})))).toMatchObject({ status: 415 });
    expect(await errorOf(app.request('/labels/import?file=x', csv('a,b')))).toMatchObject({ status: 400 });
  });
});

test('GET /labels/export is a CSV', async () => {
  const { app, relabelled } = serve();
  const response = await app.request('/labels/export?root=photos');
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(await response.text()).toBe('path,label,split\ntiger1.jpg,tiger,\n');
  expect(relabelled).toEqual([['exportCsv', { root: 'photos' }]]);
  expect(await errorOf(app.request('/labels/export?root=nowhere'))).toMatchObject({ status: 404 });
});

describe('labels filter', () => {
  const upload = bytesRequest(jpeg, 'image/jpeg');
  const all = { anyOf: ['tiger', 'lion'], noneOf: ['cat'], source: 'predicted', minP: 0.5 };
  const rest = 'not_label=cat&label_source=predicted&min_p=.5';
  test.each<[string, string, RequestInit, object]>([
    ['GET /similar', `/similar?id=1&label=tiger&label=lion&${rest}`, {}, all],
    ['an upload', `/similar?label=tiger&label=lion&${rest}`, upload, all],
    [
      'a form',
      '/similar?label_source=predicted&min_p=.5',
      form(['image', new Blob([jpeg])], ['label', 'tiger'], ['label', 'lion'], ['not_label', 'cat']),
      all,
    ],
    [
      'JSON',
      '/similar',
      jsonRequest({ id: 1, label: ['tiger', 'lion'], not_label: 'cat', label_source: 'predicted', min_p: 0.5 }),
      all,
    ],
    ['one', '/similar?id=1&label=big%20cat', {}, { anyOf: ['big cat'] }],
    ['none of one', '/similar?id=1&not_label=tiger', {}, { noneOf: ['tiger'] }],
  ])('a search: %s', async (_, path, init, expected) => {
    const { app, searches } = serve();
    expect((await app.request(path, init)).status).toBe(200);
    expect(searches[0]?.options.labels).toEqual(expected);
  });

  test('nothing where no label is asked for', async () => {
    const { app, searches } = serve();
    await app.request('/similar?id=1');
    expect(searches[0]?.options).not.toHaveProperty('labels');
  });

  test('the list of images', async () => {
    const asked: unknown[] = [];
    const list = (page: unknown) => {
      asked.push(page);
      return { images: [], next: null };
    };
    const { app } = serve({ collection: { images: list } });
    expect((await app.request('/images?label=tiger&not_label=lion&label_source=given&limit=5')).status).toBe(200);
    expect(asked).toEqual([{ limit: 5, labels: { anyOf: ['tiger'], noneOf: ['lion'], source: 'given' } }]);
  });

  test.each([
    ['/similar?id=1&min_p=.5', 'min_p goes with label or not_label'],
    ['/images?label_source=given', 'label_source goes with label or not_label'],
    ['/similar?id=1&label=tiger&min_p=2', 'min_p must be a number from 0 to 1; got 2'],
    ['/similar?id=1&label=tiger&label_source=mine', 'label_source must be given or predicted; got mine'],
    ['/similar?id=1&label=', 'label must be a label, or a list of at most 100; got ""'],
    ['/images?image=tiger1.jpg&label=tiger', 'label and not_label go without image'],
    ['/images?image=tiger1.jpg&not_label=tiger', 'label and not_label go without image'],
  ])('%s is refused', async (path, message) => {
    expect(await errorOf(serve().app.request(path))).toMatchObject({ status: 400, message });
  });
});

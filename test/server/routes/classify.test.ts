import { describe, expect, test } from 'vitest';
import { PixkinError } from '../../../src/index.ts';
import { bytesRequest, errorOf, image, jpeg, jsonRequest, openAccess, serve } from '../fake.ts';

const crop = { x: 0, y: 0, w: 0.5, h: 0.5 };
const form = (...fields: readonly [string, string | Blob][]): RequestInit => {
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, value);
  return { method: 'POST', body };
};

describe('GET /classify', () => {
  test('answers with the classes of an indexed image, and the network that says so', async () => {
    const { app, classified } = serve();
    const response = await app.request('/classify?image=tiger2.jpg&root=photos&top=5&crop=0,0,.5,.5');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      predictions: [{ label: 'tiger', p: 0.97, wnid: 'n02129604' }],
      backbone: 'tiny',
      head: null,
    });
    expect(classified).toEqual([
      {
        query: { address: { image: 'tiger2.jpg', root: 'photos' }, crop },
        options: { top: 5, backbone: undefined, head: undefined, signal: expect.any(AbortSignal) },
      },
    ]);
  });

  test('takes an id', async () => {
    const { app, classified } = serve();
    expect((await app.request('/classify?id=2')).status).toBe(200);
    expect(classified[0]?.query).toEqual({ address: { id: 2 } });
  });

  test.each([
    ['', 'exactly one of image and id must be given'],
    ['image=tiger1.jpg&id=1', 'exactly one of image and id must be given'],
    ['id=1&root=photos', 'root goes with image'],
    ['id=1&top=0', 'top must be a whole number from 1 to 1000; got 0'],
    ['id=1&top=1001', 'top must be a whole number from 1 to 1000; got 1001'],
    ['id=1&k=3', 'k is not a parameter here'],
    ['id=1&head=best', 'head must be a whole number from 1 on; got best'],
    ['id=1&head=3&backbone=tiny', 'head goes without backbone: it takes the embeddings of its own space'],
  ])('refuses "%s"', async (search, message) => {
    const { app } = serve();
    expect(await errorOf(app.request(`/classify?${search}`))).toMatchObject({ status: 400, message });
  });

  test('tells why there is no answer', async () => {
    const { app } = serve({ pending: ['new.jpg'] });
    expect(await errorOf(app.request('/classify?image=nothing.jpg'))).toMatchObject({ status: 404 });
    expect(await errorOf(app.request('/classify?image=new.jpg'))).toMatchObject({ status: 409, code: 'image_pending' });
    const classify = () => Promise.reject(new PixkinError('no_classes', 'it ends before them'));
    const answer = serve({ collection: { classify } }).app.request('/classify?id=1');
    expect(await errorOf(answer)).toMatchObject({ status: 409, code: 'no_classes' });
  });
});

describe('POST /classify', () => {
  test.each(['image/jpeg', 'application/octet-stream'])('takes %s', async (type) => {
    const { app, classified } = serve();
    const response = await app.request('/classify?top=1&crop=0,0,.5,.5', bytesRequest(jpeg, type));
    expect(response.status).toBe(200);
    expect(classified[0]).toMatchObject({ query: { upload: jpeg, crop }, options: { top: 1 } });
  });

  test('takes a form, with parameters as fields or in the address', async () => {
    const { app, classified } = serve();
    const fields = form(['image', new Blob([jpeg])], ['crop', '0,0,.5,.5']);
    expect((await app.request('/classify?top=2', fields)).status).toBe(200);
    expect(classified[0]).toMatchObject({ query: { upload: jpeg, crop }, options: { top: 2 } });
    const twice = form(['image', new Blob([jpeg])], ['top', '1']);
    expect(await errorOf(app.request('/classify?top=2', twice))).toMatchObject({
      status: 400,
      message: 'top must be given once; got it in the form and in the address',
    });
  });

  test('refuses what is no picture', async () => {
    const { app } = serve();
    const classify = () => Promise.reject(new PixkinError('corrupt', 'it cannot be decoded'));
    const broken = serve({ collection: { classify } }).app;
    expect(await errorOf(broken.request('/classify', bytesRequest(jpeg, 'image/png')))).toMatchObject({ status: 422 });
    expect(await errorOf(app.request('/classify', jsonRequest({ image: 'tiger1.jpg' })))).toMatchObject({
      status: 415,
      message: 'Content-Type must be image/*, application/octet-stream, multipart/form-data; got application/json',
    });
  });

  test('has the limit of pictures, not that of other bodies', async () => {
    const { app } = serve({ maxUploadBytes: 1_500_000 });
    const ask = (bytes: number) => app.request('/classify', bytesRequest(new Uint8Array(bytes), 'image/jpeg'));
    expect((await ask(1_400_000)).status).toBe(200);
    expect(await errorOf(ask(1_600_000))).toMatchObject({ status: 413, code: 'upload_too_large' });
  });
});

test.each<[string, RequestInit]>([
  ['/classify?id=1&head=3', {}],
  ['/classify?head=3', bytesRequest(jpeg, 'image/jpeg')],
  ['/classify', form(['image', new Blob([jpeg])], ['head', '3'])],
])('a head is asked in place of the one in use: %s', async (path, init) => {
  const { app, classified } = serve();
  expect(await (await app.request(path, init)).json()).toMatchObject({ head: 3 });
  expect(classified[0]?.options.head).toBe(3);
});

describe('another network', () => {
  const access = { ...openAccess, readTokens: ['reader'], required: true };
  const as = (token: string, more: Record<string, string> = {}) => ({ authorization: `Bearer ${token}`, ...more });

  test('is named by backbone, by who may write', async () => {
    const { app, classified } = serve({ access });
    expect((await app.request('/classify?id=1&backbone=vgg16', { headers: as('holder') })).status).toBe(200);
    expect(classified[0]?.options.backbone).toBe('vgg16');
  });

  test('is refused to who may only read, who may classify otherwise', async () => {
    const { app } = serve({ access });
    const { headers, ...upload } = bytesRequest(jpeg, 'image/jpeg');
    const posted = { ...upload, headers: { ...(headers as Record<string, string>), ...as('reader') } };
    expect((await app.request('/classify?id=1', { headers: as('reader') })).status).toBe(200);
    expect((await app.request('/classify', posted)).status).toBe(200);
    for (const answer of [
      app.request('/classify?id=1&backbone=vgg16', { headers: as('reader') }),
      app.request('/classify?backbone=vgg16', posted),
    ]) {
      expect(await errorOf(answer)).toMatchObject({ status: 403, code: 'forbidden' });
    }
  });

  test('is refused to pages of other sites, also with GET', async () => {
    const { app, classified } = serve();
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect(await errorOf(app.request('/classify?id=1&backbone=vgg16', { headers }))).toMatchObject({ status: 403 });
    expect(classified).toEqual([]);
  });
});

describe('classes of images', () => {
  const classes = [{ label: 'tiger', wnid: 'n02129604', p: 0.97 }];
  const images = [image(1, { classes }), image(2)];

  test('are shown where they are stored', async () => {
    const { app } = serve({ images });
    expect(await (await app.request('/images/1')).json()).toMatchObject({ classes });
    expect(await (await app.request('/images/2')).json()).not.toHaveProperty('classes');
    expect(await (await app.request('/similar?id=2')).json()).toMatchObject({ results: [{ id: 1, classes }] });
  });

  const upload = bytesRequest(jpeg, 'image/jpeg');
  test.each<[string, string, RequestInit, object]>([
    ['GET /similar', '/similar?id=1&class=tiger', {}, { anyOf: ['tiger'] }],
    ['several', '/similar?id=1&class=tiger&class=n1&class_min_p=.5', {}, { anyOf: ['tiger', 'n1'], minP: 0.5 }],
    ['an upload', '/similar?class=tiger&class_min_p=0', upload, { anyOf: ['tiger'], minP: 0 }],
    [
      'a form',
      '/similar?class_min_p=1',
      form(['image', new Blob([jpeg])], ['class', 'tiger'], ['class', 'lion']),
      { anyOf: ['tiger', 'lion'], minP: 1 },
    ],
    ['JSON', '/similar', jsonRequest({ id: 1, class: 'tiger', class_min_p: 0.25 }), { anyOf: ['tiger'], minP: 0.25 }],
    ['a list in JSON', '/similar', jsonRequest({ id: 1, class: ['a', 'b'] }), { anyOf: ['a', 'b'] }],
  ])('filter a search: %s', async (_, path, init, expected) => {
    const { app, searches } = serve();
    expect((await app.request(path, init)).status).toBe(200);
    expect(searches[0]?.options.classes).toEqual(expected);
  });

  test('no filter is asked for where no class is', async () => {
    const { app, searches } = serve();
    await app.request('/similar?id=1');
    expect(searches[0]?.options).not.toHaveProperty('classes');
  });

  test('filter the list of images', async () => {
    const asked: unknown[] = [];
    const list = (page: unknown) => {
      asked.push(page);
      return { images: [], next: null };
    };
    const { app } = serve({ collection: { images: list } });
    expect((await app.request('/images?class=tiger&class=lion&class_min_p=.2&limit=5')).status).toBe(200);
    expect(asked).toEqual([{ limit: 5, classes: { anyOf: ['tiger', 'lion'], minP: 0.2 } }]);
  });

  test.each([
    ['/similar?id=1&class_min_p=.5', 'class_min_p goes with class'],
    ['/similar?id=1&class=tiger&class_min_p=2', 'class_min_p must be a number from 0 to 1; got 2'],
    ['/similar?id=1&class=tiger&class_min_p=x', 'class_min_p must be a number from 0 to 1; got x'],
    ['/similar?id=1&class=', 'class must be the name or wnid of a class, or a list of at most 100; got ""'],
    ['/images?image=tiger1.jpg&class=tiger', 'class goes without image'],
  ])('%s is refused', async (path, message) => {
    expect(await errorOf(serve().app.request(path))).toMatchObject({ status: 400, message });
  });
});

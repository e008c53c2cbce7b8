import { describe, expect, test } from 'vitest';
import { PixkinError } from '../../../src/index.ts';
import { errorOf, image, serve, sha } from '../fake.ts';

describe('GET /similar', () => {
  test('answers with the images that are most similar, each with its links', async () => {
    const { app } = serve({ images: [image(1), image(2, { takenAt: '2024-05-01T13:37:00' })] });
    const response = await app.request('/similar?image=tiger1.jpg');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      query: { root: 'photos', image: 'tiger1.jpg', id: 1 },
      space: '0123456789abcdef',
      took_ms: 2.346,
      timings: { embed: 0, search: 0.9 },
      plan: { mode: 'exact', candidates: 2 },
      results: [
        {
          id: 2,
          root: 'photos',
          image: 'tiger2.jpg',
          content: sha(2),
          kind: 'jpeg',
          bytes: 1002,
          width: 800,
          height: 600,
          taken_at: '2024-05-01T13:37:00',
          score: 0.9,
          label: null,
          prediction: null,
          thumbnail: '/images/2/thumbnail',
          file: '/images/2/file',
        },
      ],
      next_offset: null,
    });
  });

  test('marks the images of a root that is offline', async () => {
    const { app } = serve({ images: [image(1), image(2, { offline: true }), image(3)] });
    const { results } = (await (await app.request('/similar?id=1')).json()) as { results: object[] };
    expect(results).toMatchObject([{ id: 2, offline: true }, { id: 3 }]);
    expect(results[1]).not.toHaveProperty('offline');
  });

  test('hands every parameter to the search', async () => {
    const { app, searches } = serve();
    const asked =
      'image=tiger1.jpg&root=photos&k=5&offset=1&min_score=-.5&exact=false&include_self=true&crop=.1,0,.7,1';
    await app.request(`/similar?${asked}`);
    expect(searches[0]).toMatchObject({
      query: { address: { image: 'tiger1.jpg', root: 'photos' }, crop: { x: 0.1, y: 0, w: 0.7, h: 1 } },
      options: { k: 5, offset: 1, minScore: -0.5, exact: false, includeSelf: true },
    });
  });

  test('takes an image by its number', async () => {
    const { app, searches } = serve();
    await app.request('/similar?id=2');
    expect(searches[0]!.query).toEqual({ address: { id: 2 } });
  });

  test('stops the search when whoever asked goes away', async () => {
    const { app, searches } = serve();
    const asking = new AbortController();
    await app.request('/similar?id=2', { signal: asking.signal });
    asking.abort();
    expect(searches[0]!.options.signal!.aborted).toBe(true);
  });

  test.each([
    ['id=1&k=-1', 'k must be a whole number from 1 to 1000; got -1'],
    ['id=1&k=0', 'k must be a whole number from 1 to 1000; got 0'],
    ['id=1&k=1e9', 'k must be a whole number from 1 to 1000; got 1e9'],
    ['id=1&k=NaN', 'k must be a whole number from 1 to 1000; got NaN'],
    ['id=1&k=1.5', 'k must be a whole number from 1 to 1000; got 1.5'],
    ['id=1&k=', 'k must be a whole number from 1 to 1000; got ""'],
    ['id=1&k=1&k=2', 'k must be given once, as text; got ["1","2"]'],
    ['id=1&offset=-1', 'offset must be a whole number from 0 to 100000; got -1'],
    ['id=1&min_score=2', 'min_score must be a number from -1 to 1; got 2'],
    ['id=1&exact=yes', 'exact must be true or false; got yes'],
    ['id=x', 'id must be a whole number from 1 on; got x'],
    ['id=1&lable=tiger', 'lable is not a parameter here'],
    ['id=1&colour=red', 'colour is not a parameter here'],
    ['', 'exactly one of image and id must be given'],
    ['id=1&image=a.jpg', 'exactly one of image and id must be given'],
    ['id=1&root=photos', 'root goes with image'],
    ['image=', 'image must not be empty; got ""'],
    [
      'image=../../etc/passwd',
      'image must be a path relative to its root, without ".." and NUL; got "../../etc/passwd"',
    ],
    [
      'image=..%2f..%2fetc%2fpasswd',
      'image must be a path relative to its root, without ".." and NUL; got "../../etc/passwd"',
    ],
    ['image=..%5cetc', 'image must be a path relative to its root, without ".." and NUL; got "..\\\\etc"'],
    ['image=%2fetc%2fpasswd', 'image must be a path relative to its root, without ".." and NUL; got "/etc/passwd"'],
    ['image=a%00.jpg', 'image must be a path relative to its root, without ".." and NUL; got "a\\u0000.jpg"'],
    ['image=%E0%A4%A', 'the query string must be UTF-8 in percent-encoding; got ?image=%E0%A4%A'],
    ...['1,1,1,1', '0,0,0,1', '0,0,1', '0,0,1,1,1', 'a,b,c,d', '-.1,0,.5,.5'].map((crop) => [
      `id=1&crop=${crop}`,
      `crop must be x,y,w,h: four fractions of the picture from 0 to 1, with x + w and y + h at most 1; got ${crop}`,
    ]),
  ])('refuses %s', async (query, message) => {
    const { app, searches } = serve();
    expect(await errorOf(app.request(`/similar?${query}`))).toMatchObject({
      status: 400,
      code: 'invalid_request',
      message,
    });
    expect(searches).toEqual([]);
  });

  test('says that an image is pending while its file is there and not indexed yet', async () => {
    const { app } = serve({ pending: ['new.jpg'] });
    const response = await app.request('/similar?image=new.jpg');
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await errorOf(response)).toMatchObject({ status: 409, code: 'image_pending' });
    expect(await errorOf(app.request('/similar?image=other.jpg'))).toMatchObject({
      status: 404,
      code: 'image_not_found',
    });
  });

  test('answers what nobody foresaw without saying what it was, and logs it', async () => {
    const search = () => Promise.reject(new Error('cannot open /srv/secret/catalog.db'));
    const { app, errors } = serve({ collection: { search } });
    const response = await app.request('/similar?id=1');
    expect(response.status).toBe(500);
    const body = await response.text();
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'internal' } });
    expect(body).not.toContain('catalog.db');
    expect(JSON.stringify(errors)).toContain('catalog.db');
  });

  test('names a root instead of its folder in an error', async () => {
    const message = "ENOENT: no such file, open '/srv/secret/photos/cats/a b.jpg' in /opt/pixkin/x.js";
    const search = () => Promise.reject(new PixkinError('unreadable', message));
    const { app } = serve({ collection: { search } });
    const error = await errorOf(app.request('/similar?id=1'));
    expect(error).toMatchObject({ status: 422, message: "ENOENT: no such file, open 'photos/cats/a b.jpg' in …" });
  });
});

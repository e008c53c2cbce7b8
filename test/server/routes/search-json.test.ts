import { describe, expect, test } from 'vitest';
import { bytesRequest, errorOf, jsonRequest, serve, sha } from '../fake.ts';

describe('POST /similar with JSON', () => {
  const vector = [0.6, 0.8];

  test('takes positive and negative examples of every kind', async () => {
    const { app, searches } = serve();
    const body = {
      positive: [{ image: 'tiger1.jpg', root: 'photos', crop: [0, 0, 0.5, 0.5] }, { id: 2 }, { vector }],
      negative: [{ content: sha(3), crop: '0,0,1,1' }],
      ...{ k: 3, offset: 1, min_score: 0.5, exact: true, include_self: true },
    };
    const response = await app.request('/similar', jsonRequest(body));
    expect(response.status).toBe(200);
    expect(searches[0]).toMatchObject({
      query: {
        positive: [
          { address: { image: 'tiger1.jpg', root: 'photos' }, crop: { x: 0, y: 0, w: 0.5, h: 0.5 } },
          { address: { id: 2 } },
          { vector },
        ],
        negative: [{ content: sha(3), crop: { x: 0, y: 0, w: 1, h: 1 } }],
      },
      options: { k: 3, offset: 1, minScore: 0.5, exact: true, includeSelf: true },
    });
  });

  test.each([
    [{ vector }, { vector }],
    [{ content: sha(1) }, { content: sha(1) }],
    [{ id: 1 }, { address: { id: 1 } }],
    [{ image: 'tiger1.jpg' }, { address: { image: 'tiger1.jpg' } }],
    [{ positive: [{ id: 1 }] }, { positive: [{ address: { id: 1 } }], negative: [] }],
  ])('takes %j', async (body, query) => {
    const { app, searches } = serve();
    await app.request('/similar', jsonRequest(body));
    expect(searches[0]!.query).toEqual(query);
  });

  test.each<[unknown, string]>([
    [[], 'the body must be a JSON object'],
    [null, 'the body must be a JSON object'],
    [{}, 'exactly one of positive, image, id, content and vector must be given'],
    [{ id: 1, vector }, 'exactly one of positive, image, id, content and vector must be given'],
    [{ id: 1, negative: [{ id: 2 }] }, 'negative goes with positive'],
    [{ vector, crop: [0, 0, 1, 1] }, 'crop goes with image, id or content'],
    [{ positive: [] }, 'positive must name at least one picture; got []'],
    [
      { positive: [{ id: 1, content: sha(1) }] },
      `positive[0] must have exactly one of image, id, content and vector; got {"id":1,"content":"${sha(1).slice(0, 61)}…`,
    ],
    [
      { positive: [{ id: 1 }, { image: '../x' }] },
      'positive[1].image must be a path relative to its root, without ".." and NUL; got "../x"',
    ],
    [{ positive: [{ id: 1, name: 'x' }] }, 'name is not a parameter of positive[0] here'],
    [{ positive: ['x'] }, 'positive[0] must be an object; got x'],
    [{ vector: [1, 'x'] }, 'vector[1] must be a list of 1 to 65536 numbers; got x'],
    [{ content: 'abc' }, 'content must be a SHA-256: 64 lower-case hexadecimal digits; got abc'],
    [{ id: 1, k: '5' }, 'k must be a whole number from 1 to 1000; got 5'],
    [{ id: 1, k: 1e9 }, 'k must be a whole number from 1 to 1000; got 1000000000'],
    [{ id: 1, exact: 'true' }, 'exact must be true or false; got true'],
    [
      { id: 1, crop: [0, 0, 2, 1] },
      'crop must be x,y,w,h: four fractions of the picture from 0 to 1, with x + w and y + h at most 1; got [0,0,2,1]',
    ],
  ])('refuses %j', async (body, message) => {
    const { app } = serve();
    expect(await errorOf(app.request('/similar', jsonRequest(body)))).toMatchObject({
      status: 400,
      code: 'invalid_request',
      message,
    });
  });

  test('refuses what is not JSON', async () => {
    const { app } = serve();
    const error = await errorOf(
      app.request('/similar', bytesRequest(new TextEncoder().encode('{"id":'), 'application/json')),
    );
    expect(error).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(error.message).toMatch(/^the body must be JSON: /);
  });

  test('says that an example is pending', async () => {
    const { app } = serve({ pending: ['new.jpg'] });
    const error = await errorOf(
      app.request('/similar', jsonRequest({ positive: [{ id: 1 }], negative: [{ image: 'new.jpg' }] })),
    );
    expect(error).toMatchObject({ status: 409, code: 'image_pending' });
  });
});

import { describe, expect, test } from 'vitest';
import { PixkinError } from '../../../src/index.ts';
import { bytesRequest, errorOf, jpeg, serve } from '../fake.ts';

describe('POST /similar with a picture', () => {
  test.each(['image/jpeg', 'image/x-anything', 'application/octet-stream'])('takes %s', async (type) => {
    const { app, searches } = serve();
    const response = await app.request('/similar?k=2&crop=0,0,.5,.5', bytesRequest(jpeg, type));
    expect(response.status).toBe(200);
    expect(searches[0]).toMatchObject({
      query: { upload: jpeg, crop: { x: 0, y: 0, w: 0.5, h: 0.5 } },
      options: { k: 2 },
    });
    expect(await response.json()).toMatchObject({ query: null });
  });

  const form = (fields: Record<string, string | Blob>): RequestInit => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    return { method: 'POST', body };
  };

  test('takes a form, with parameters as fields or in the address', async () => {
    const { app, searches } = serve();
    const response = await app.request('/similar?offset=1', form({ image: new Blob([jpeg]), k: '3', crop: '0,0,1,1' }));
    expect(response.status).toBe(200);
    expect(searches[0]).toMatchObject({ query: { upload: jpeg, crop: { w: 1 } }, options: { k: 3, offset: 1 } });
  });

  test.each<[string, Record<string, string | Blob>, string]>([
    ['a text in the place of the picture', { image: 'text' }, 'the form must have a file in the field image; got none'],
    ['a form without a picture', { k: '1' }, 'the form must have a file in the field image; got none'],
    ['a file elsewhere', { file: new Blob(['x']) }, 'the picture must be in the field image; got a file in file'],
    ['an unknown field', { image: new Blob(['x']), lable: 'x' }, 'lable is not a parameter here'],
    ['a wrong field', { image: new Blob(['x']), k: '0' }, 'k must be a whole number from 1 to 1000; got 0'],
    [
      'a field that is in the address too',
      { image: new Blob(['x']), offset: '0' },
      'offset must be given once; got it in the form and in the address',
    ],
  ])('refuses %s', async (_, fields, message) => {
    const { app } = serve();
    expect(await errorOf(app.request('/similar?offset=0', form(fields)))).toMatchObject({ status: 400, message });
  });

  test('refuses a form that is cut off', async () => {
    const { app } = serve();
    const body = new TextEncoder().encode('--x\r\nContent-Disposition: form-data; name="ima');
    const error = await errorOf(app.request('/similar', bytesRequest(body, 'multipart/form-data; boundary=x')));
    expect(error).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])('refuses %s', async (type) => {
    const { app } = serve();
    const error = await errorOf(app.request('/similar', bytesRequest(jpeg, type)));
    expect(error).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    expect(error.message).toBe(
      `Content-Type must be image/*, application/octet-stream, multipart/form-data, application/json; got ${type}`,
    );
  });

  test('refuses a body without a type', async () => {
    const { app } = serve();
    expect(await errorOf(app.request('/similar', { method: 'POST', body: jpeg }))).toMatchObject({ status: 415 });
  });

  test("answers with the decoder's reason where the upload is no picture", async () => {
    const search = () => Promise.reject(new PixkinError('not_an_image', 'the first bytes are of no picture'));
    const { app } = serve({ collection: { search } });
    const error = await errorOf(app.request('/similar', bytesRequest(new TextEncoder().encode('hello'), 'image/jpeg')));
    expect(error).toMatchObject({ status: 422, code: 'not_an_image' });
  });

  test('refuses an upload of no bytes', async () => {
    const { app } = serve();
    const error = await errorOf(app.request('/similar', bytesRequest(new Uint8Array(0), 'image/png')));
    expect(error).toMatchObject({ status: 422, code: 'zero_bytes' });
  });
});

import { describe, expect, test } from 'vitest';
import { PixkinError } from '../../../src/index.ts';
import { errorOf, image, serve } from '../fake.ts';

const list = async (response: Response | Promise<Response>) =>
  (await (await response).json()) as { images: Record<string, unknown>[]; next: number | null };

describe('GET /images', () => {
  test('gives page after page', async () => {
    const { app } = serve();
    const first = await list(app.request('/images?limit=2'));
    expect(first.images.map((i) => i.id)).toEqual([1, 2]);
    const second = await list(app.request(`/images?limit=2&cursor=${first.next}`));
    expect(second).toMatchObject({ images: [{ id: 3, label: null, thumbnail: '/images/3/thumbnail' }], next: null });
    expect(await list(app.request(`/images?limit=2&after=${first.next}`))).toEqual(second);
  });

  test('gives an image by its name as a list of one, with its embedding where that is asked for', async () => {
    const { app } = serve();
    const { images, next } = await list(app.request('/images?image=tiger2.jpg&include=vector'));
    expect(next).toBeNull();
    expect(images).toMatchObject([{ id: 2, image: 'tiger2.jpg', length: 5 }]);
    expect(images[0]!.vector).toEqual([...Float32Array.of(0.6, 0.8)]);
    expect((await list(app.request('/images?image=tiger2.jpg'))).images[0]).not.toHaveProperty('vector');
  });

  test('gives the embeddings of a page', async () => {
    const { app } = serve();
    expect((await list(app.request('/images?include=vector'))).images.map((i) => i.length)).toEqual([5, 5, 5]);
  });

  test('says which names are ambiguous, pending, or not there', async () => {
    const find = () => {
      throw new PixkinError('ambiguous_image', '"a.jpg" names more than one image: cats: a.jpg, dogs: a.jpg');
    };
    const ambiguous = serve({ collection: { image: find } });
    expect(await errorOf(ambiguous.app.request('/images?image=a.jpg'))).toMatchObject({
      status: 409,
      code: 'ambiguous_image',
    });
    const { app } = serve({ pending: ['new.jpg'] });
    expect(await errorOf(app.request('/images?image=new.jpg'))).toMatchObject({ status: 409, code: 'image_pending' });
    expect(await errorOf(app.request('/images?image=no.jpg'))).toMatchObject({ status: 404, code: 'image_not_found' });
    expect(await errorOf(app.request('/images?root=no'))).toMatchObject({ status: 404, code: 'root_not_found' });
  });

  test.each([
    ['limit=0', 'limit must be a whole number from 1 to 1000; got 0'],
    ['cursor=x', 'cursor must be a whole number from 0 on; got x'],
    ['cursor=1&after=1', 'cursor and after mean the same: give one'],
    ['include=all', 'include must be vector; got all'],
    ['include=vector&limit=101', 'include=vector goes with a limit of at most 100'],
    ['image=../a', 'image must be a path relative to its root, without ".." and NUL; got "../a"'],
    ['page=2', 'page is not a parameter here'],
  ])('refuses %s', async (query, message) => {
    const { app } = serve();
    expect(await errorOf(app.request(`/images?${query}`))).toMatchObject({
      status: 400,
      code: 'invalid_request',
      message,
    });
  });
});

describe('GET /images/{id}', () => {
  test('gives one image', async () => {
    const { app } = serve({ images: [image(7, { offline: true })] });
    expect(await (await app.request('/images/7')).json()).toMatchObject({
      id: 7,
      file: '/images/7/file',
      offline: true,
    });
  });

  test.each([
    ['8', 404, 'no image {"id":8} is indexed'],
    ['0', 400, 'id must be a whole number from 1 on; got 0'],
    ['..%2f..%2fetc', 400, 'id must be a whole number from 1 on; got "../../etc"'],
    ['1?size=3', 400, 'size is not a parameter here'],
  ])('refuses %s', async (id, status, message) => {
    const { app } = serve();
    expect(await errorOf(app.request(`/images/${id}`))).toMatchObject({ status, message });
  });
});

import { createRoute } from '@hono/zod-openapi';
import type { ImageAddress, ImageRecord } from '../../src/index.ts';
import { classQuery } from '../class-parameters.ts';
import type { App, Parts } from '../context.ts';
import { labelQuery } from '../label-parameters.ts';
import { idPath, imagesQuery, noQuery } from '../parameters.ts';
import { orPending } from '../pending.ts';
import { imageJson } from '../records.ts';
import { answers, imageSchema, imagesSchema } from '../schemas.ts';

const list = createRoute({
  method: 'get',
  path: '/images',
  summary: 'Indexed images, page by page or by name',
  request: { query: imagesQuery },
  responses: answers(imagesSchema, 'images, smallest id first'),
});

const one = createRoute({
  method: 'get',
  path: '/images/{id}',
  summary: 'One image',
  request: { params: idPath, query: noQuery },
  responses: answers(imageSchema, 'the image'),
});

export function imageRoutes(app: App, { collection, follower }: Parts): void {
  const withVector = (image: ImageRecord) => {
    const { vector, length } = collection.embedding(image.id);
    return { ...imageJson(image), vector: [...vector], length };
  };

  app.openapi(list, async (c) => {
    const { image, root, cursor, after = cursor, limit, include, ...filter } = c.req.valid('query');
    const shown = include === 'vector' ? withVector : imageJson;
    const inRoot = root === undefined ? {} : { root };
    if (image !== undefined) {
      const address: ImageAddress = { image, ...inRoot };
      const found = await orPending(follower, [address], () => collection.image(address));
      return c.json({ images: [shown(found)], next: null }, 200);
    }
    const page = collection.images({
      ...inRoot,
      ...(after !== undefined && { after }),
      ...(limit !== undefined && { limit }),
      ...classQuery(filter),
      ...labelQuery(filter),
    });
    return c.json({ images: page.images.map(shown), next: page.next }, 200);
  });

  app.openapi(one, (c) => c.json(imageJson(collection.image(c.req.valid('param'))), 200));
}

import { access } from 'node:fs/promises';
import { createRoute } from '@hono/zod-openapi';
import { PixkinError } from '../../src/index.ts';
import type { App, Parts } from '../context.ts';
import { idPath, noQuery, thumbnailQuery } from '../parameters.ts';
import { caching, matches, pictureResponse, vanished } from '../picture.ts';
import { binary, failing } from '../schemas.ts';

const file = createRoute({
  method: 'get',
  path: '/images/{id}/file',
  summary: "An image's file",
  request: { params: idPath, query: noQuery },
  responses: {
    200: { description: 'the whole file', content: { 'image/*': { schema: binary } } },
    206: { description: 'the range that was asked for', content: { 'image/*': { schema: binary } } },
    304: { description: 'unchanged' },
    416: { description: 'the range is outside the file' },
    ...failing,
  },
});

const thumbnail = createRoute({
  method: 'get',
  path: '/images/{id}/thumbnail',
  summary: 'A small JPEG of an image',
  request: { params: idPath, query: thumbnailQuery },
  responses: {
    200: { description: 'its longer side has at most `size` pixels', content: { 'image/jpeg': { schema: binary } } },
    304: { description: 'unchanged' },
    ...failing,
  },
});

export function pictureRoutes(app: App, { collection }: Parts): void {
  app.openapi(file, (c) => pictureResponse(c, collection, collection.image(c.req.valid('param'))));

  app.openapi(thumbnail, async (c) => {
    const image = collection.image(c.req.valid('param'));
    const { size = 256 } = c.req.valid('query');
    const etag = `"${image.content}-${size}"`;
    const headers = { 'Cache-Control': caching, ETag: etag, 'Content-Type': 'image/jpeg' };
    if (matches(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers);
    try {
      const jpeg = await collection.thumbnail(image.id, size);
      return c.body(new Uint8Array(jpeg), 200, headers);
    } catch (error) {
      if (!(error instanceof PixkinError) || error.code !== 'unreadable') throw error;
      await access(collection.file(image.id)).catch(() => {
        throw vanished(image, error);
      });
      throw error;
    }
  });
}

import { createRoute } from '@hono/zod-openapi';
import type { ClassifyOptions, ImageAddress, PictureQuery } from '../../src/index.ts';
import { PixkinError } from '../../src/index.ts';
import { refuseForeignPage } from '../auth.ts';
import { classifyQuery, uploadClassifyQuery } from '../classify-parameters.ts';
import type { App, Ctx, Parts } from '../context.ts';
import { unsupportedBody } from '../errors.ts';
import { orPending } from '../pending.ts';
import { answers, binary, classifiedSchema } from '../schemas.ts';
import { formFields, readUpload } from '../upload.ts';

const byImage = createRoute({
  method: 'get',
  path: '/classify',
  summary:
    'The labels of an indexed image, as the head in use says; without one its classes, as the whole network says',
  request: { query: classifyQuery },
  responses: answers(classifiedSchema, 'classes, most probable first'),
});

const byUpload = createRoute({
  method: 'post',
  path: '/classify',
  summary: 'The labels or classes of an uploaded picture',
  request: {
    query: uploadClassifyQuery,
    body: {
      content: {
        'image/*': { schema: binary },
        'application/octet-stream': { schema: binary },
        'multipart/form-data': { schema: { type: 'object', required: ['image'], properties: { image: binary } } },
      },
    },
  },
  responses: answers(classifiedSchema, 'classes, most probable first'),
});

export function classifyRoutes(app: App, { collection, follower, maxUploadBytes }: Parts): void {
  const classify = async (
    c: Ctx,
    query: PictureQuery,
    { top, backbone, head }: Pick<ClassifyOptions, 'top' | 'backbone' | 'head'>,
  ) => {
    if (backbone !== undefined) requireOwner(c);
    if (backbone !== undefined && head !== undefined) {
      throw new PixkinError('invalid_request', 'head goes without backbone: it takes the embeddings of its own space');
    }
    const addresses: ImageAddress[] = 'address' in query ? [query.address] : [];
    const { signal } = c.req.raw;
    const found = await orPending(follower, addresses, () =>
      collection.classify(query, { top, backbone, head, signal }),
    );
    return c.json({ predictions: [...found.predictions], backbone: found.backbone, head: found.head }, 200);
  };

  app.openapi(byImage, (c) => {
    const { image, id, root, crop, ...options } = c.req.valid('query');
    const address = id === undefined ? { image: image!, ...(root !== undefined && { root }) } : { id };
    return classify(c, { address, ...(crop && { crop }) }, options);
  });

  app.openapi(byUpload, async (c) => {
    const asked = c.req.valid('query');
    const upload = await readUpload(c, maxUploadBytes);
    if ('json' in upload) throw unsupportedBody(c, Object.keys(byUpload.request.body.content));
    const { crop, ...options } = { ...asked, ...formFields(uploadClassifyQuery, upload, asked) };
    return classify(c, { upload: upload.bytes, ...(crop && { crop }) }, options);
  });
}

/** Another network is looked for in any folder, and may need gigabytes of memory. */
function requireOwner(c: Ctx): void {
  refuseForeignPage(c);
  if (c.get('right') === 'write') return;
  throw new PixkinError('forbidden', 'backbone needs the write token: the server loads another network for it');
}

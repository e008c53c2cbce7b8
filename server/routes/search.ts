import { createRoute, type z } from '@hono/zod-openapi';
import type { Crop, ImageAddress, Query, SearchOptions } from '../../src/index.ts';
import { PixkinError } from '../../src/index.ts';
import { type AskedClasses, classQuery } from '../class-parameters.ts';
import type { App, Ctx, Parts } from '../context.ts';
import { invalidRequest } from '../invalid.ts';
import { type AskedLabels, labelQuery } from '../label-parameters.ts';
import { type Example, similarBody, similarQuery, uploadQuery } from '../parameters.ts';
import { orPending } from '../pending.ts';
import { similarJson } from '../records.ts';
import { answers, binary, similarSchema } from '../schemas.ts';
import { formFields, readUpload } from '../upload.ts';

type Options = AskedClasses &
  AskedLabels &
  Pick<z.output<typeof similarQuery>, 'k' | 'offset' | 'min_score' | 'exact' | 'include_self' | 'space'>;

const byImage = createRoute({
  method: 'get',
  path: '/similar',
  summary: 'Nearest neighbours of an indexed image',
  request: { query: similarQuery },
  responses: answers(similarSchema, 'images, most similar first'),
});

const byUpload = createRoute({
  method: 'post',
  path: '/similar',
  summary: 'Nearest neighbours of an uploaded picture, or of several examples',
  request: {
    query: uploadQuery,
    body: {
      content: {
        'image/*': { schema: binary },
        'application/octet-stream': { schema: binary },
        'multipart/form-data': {
          schema: { type: 'object', required: ['image'], properties: { image: binary } },
        },
        // Read by hand: three kinds of body share this route.
        'application/json': { schema: { $ref: '#/components/schemas/SimilarBody' } },
      },
    },
  },
  responses: answers(similarSchema, 'images, most similar first'),
});

export function searchRoutes(app: App, { collection, follower, maxUploadBytes, metrics }: Parts): void {
  app.openAPIRegistry.register('SimilarBody', similarBody);

  const search = async (c: Ctx, query: Query, options: Options) => {
    const start = performance.now();
    const found = await orPending(follower, addressesOf(query), () =>
      collection.search(query, { ...searchOptions(options), signal: c.req.raw.signal }),
    );
    metrics.searched(found.plan.mode, (performance.now() - start) / 1000);
    return c.json(similarJson(found), 200);
  };

  app.openapi(byImage, (c) => {
    const { image, id, root, crop, ...options } = c.req.valid('query');
    return search(c, queryOf({ image, id, root, crop }), options);
  });

  app.openapi(byUpload, async (c) => {
    const asked = c.req.valid('query');
    const upload = await readUpload(c, maxUploadBytes);
    if ('json' in upload) {
      const [given] = Object.keys(asked);
      if (given !== undefined) throw new PixkinError('invalid_request', `${given} belongs into the JSON body`);
      const { positive, negative = [], image, root, id, content, vector, crop, ...options } = parsed(upload.json);
      const query = positive
        ? { positive: positive.map(queryOf), negative: negative.map(queryOf) }
        : queryOf({ image, root, id, content, vector, crop });
      return search(c, query, options);
    }
    const { crop, ...options } = { ...asked, ...formFields(uploadQuery, upload, asked) };
    return search(c, { upload: upload.bytes, ...(crop && { crop }) }, options);
  });
}

function parsed(json: unknown): z.output<typeof similarBody> {
  const result = similarBody.safeParse(json);
  if (result.success) return result.data;
  throw invalidRequest(result.error, json);
}

function queryOf({ image, root, id, content, vector, crop, space }: Example): Query {
  if (vector !== undefined) return { vector, ...(space !== undefined && { space }) };
  const part: { crop?: Crop } = crop ? { crop } : {};
  if (content !== undefined) return { content, ...part };
  if (id !== undefined) return { address: { id }, ...part };
  return { address: { image: image!, ...(root !== undefined && { root }) }, ...part };
}

function addressesOf(query: Query): ImageAddress[] {
  if ('positive' in query) return [...query.positive, ...query.negative].flatMap(addressesOf);
  return 'address' in query ? [query.address] : [];
}

function searchOptions({ k, offset, min_score, exact, include_self, space, ...filter }: Options): SearchOptions {
  return {
    ...(k !== undefined && { k }),
    ...(offset !== undefined && { offset }),
    ...(min_score !== undefined && { minScore: min_score }),
    ...(exact !== undefined && { exact }),
    ...(include_self !== undefined && { includeSelf: include_self }),
    ...(space !== undefined && { space }),
    ...classQuery(filter),
    ...labelQuery(filter),
  };
}

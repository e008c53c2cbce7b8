/**
 * The kinds of body that hold a picture, or say which. The limit of body.ts has been kept before.
 */
import type { z } from '@hono/zod-openapi';
import { PixkinError } from '../src/index.ts';
import { tooLarge } from './body.ts';
import type { Ctx } from './context.ts';
import { unsupportedBody } from './errors.ts';
import { invalidRequest } from './invalid.ts';

export type Upload =
  | { readonly json: unknown }
  /** `fields`: what else a form holds. */
  | { readonly bytes: Uint8Array; readonly fields: Fields };

/** Those that are given several times are lists. */
type Fields = Readonly<Record<string, string | readonly string[]>>;

/** Fields that may be given several times. */
const lists = new Set(['class', 'label', 'not_label']);

const types = ['image/*', 'application/octet-stream', 'multipart/form-data', 'application/json'];

/**
 * The fields of a form beside the picture: the same as in the query string, each in one of the two.
 * @throws PixkinError `invalid_request`
 */
export function formFields<S extends z.ZodType>(schema: S, { fields }: { fields: Fields }, asked: object): z.output<S> {
  const twice = Object.keys(fields).find((name) => name in asked);
  if (twice !== undefined)
    throw new PixkinError('invalid_request', `${twice} must be given once; got it in the form and in the address`);
  const result = schema.safeParse(fields);
  if (result.success) return result.data;
  throw invalidRequest(result.error, fields);
}

/** @throws PixkinError `unsupported_media_type`, `invalid_request`, `zero_bytes`, `upload_too_large` */
export async function readUpload(c: Ctx, maxBytes: number): Promise<Upload> {
  const header = c.req.header('content-type') ?? '';
  const type = header.split(';')[0]!.trim().toLowerCase();
  if (type === 'application/json') return { json: await readJson(c) };
  if (type === 'multipart/form-data') return readForm(await c.req.arrayBuffer(), header, maxBytes);
  if (type.startsWith('image/') || type === 'application/octet-stream') {
    return picture(new Uint8Array(await c.req.arrayBuffer()), {});
  }
  throw unsupportedBody(c, types);
}

async function readJson(c: Ctx): Promise<unknown> {
  const text = await c.req.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `the body must be JSON: ${(error as Error).message}`;
    throw new PixkinError('invalid_request', message, { cause: error });
  }
}

async function readForm(body: ArrayBuffer, header: string, maxBytes: number): Promise<Upload> {
  let form: FormData;
  try {
    form = await new Response(body, { headers: { 'content-type': header } }).formData();
  } catch (error) {
    throw new PixkinError('invalid_request', 'the body must be multipart/form-data as its Content-Type says', {
      cause: error,
    });
  }
  const fields: Record<string, string | string[]> = Object.create(null);
  let image: Uint8Array | null = null;
  for (const [name, value] of form) {
    const before = fields[name];
    if ((before !== undefined && !lists.has(name)) || (name === 'image' && image))
      throw new PixkinError('invalid_request', `${name} must be given once`);
    if (typeof value === 'string') fields[name] = before === undefined ? value : [before, value].flat();
    else if (name !== 'image')
      throw new PixkinError('invalid_request', `the picture must be in the field image; got a file in ${name}`);
    else if (value.size > maxBytes) throw tooLarge(maxBytes);
    else image = new Uint8Array(await value.arrayBuffer());
  }
  if (!image) throw new PixkinError('invalid_request', 'the form must have a file in the field image; got none');
  return picture(image, { ...fields });
}

function picture(bytes: Uint8Array, fields: Fields): Upload {
  if (bytes.length > 0) return { bytes, fields };
  throw new PixkinError('zero_bytes', 'the upload must be a picture; got zero bytes');
}

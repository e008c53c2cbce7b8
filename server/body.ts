/**
 * Bodies are read once, up to a limit, before anything else looks at them.
 */
import type { MiddlewareHandler } from 'hono';
import { PixkinError } from '../src/index.ts';
import type { Env } from './context.ts';

/** Those that take a picture as their body. */
const pictureRoutes = new Set(['/similar', '/classify']);
/** Most bytes of a body that is no picture, and of a CSV: a million lines. */
const most = 1_000_000;
const mostOfCsv = 64_000_000;
/** What a form may need around the picture. */
const formOverhead = 100_000;
/** Uploads that are held in memory at once. */
const atOnce = 32;

/** @throws PixkinError `upload_too_large`, without reading the rest; `busy` where too many uploads are under way */
export function limitBodies(maxUploadBytes: number): MiddlewareHandler<Env> {
  let uploads = 0;
  return async (c, next) => {
    const { body } = c.req.raw;
    if (body === null) return next();
    const isCsv = c.req.path === '/labels/import';
    const said = pictureRoutes.has(c.req.path) ? maxUploadBytes : isCsv ? mostOfCsv : most;
    const isForm = /^multipart\//i.test(c.req.header('content-type') ?? '');
    const limit = isForm ? said + formOverhead : said;
    if (Number(c.req.header('content-length') ?? 0) > limit) throw tooLarge(said);
    if (uploads >= atOnce) throw new PixkinError('busy', `${atOnce} uploads are under way; try again in a second`);
    uploads++;
    try {
      const bytes = await read(body, limit);
      if (bytes === null) throw tooLarge(said);
      // What Hono itself keeps of a body that it has read.
      Object.assign(c.req.bodyCache, { arrayBuffer: Promise.resolve(bytes) });
      await next();
    } finally {
      uploads--;
    }
  };
}

export const tooLarge = (limit: number): PixkinError =>
  new PixkinError('upload_too_large', `a body may have at most ${limit / 1e6} MB`, {
    hint: 'the option max_upload sets the limit of pictures',
  });

function brokenOff(cause: unknown): never {
  throw new PixkinError('invalid_request', 'the body must come whole; the connection broke off', { cause });
}

async function read(body: ReadableStream<Uint8Array>, limit: number): Promise<ArrayBuffer | null> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(brokenOff);
    if (done) break;
    size += value.length;
    // The stream is left, not cancelled: that would cut the connection before the answer is read.
    if (size > limit) return null;
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes.buffer;
}

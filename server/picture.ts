/**
 * The bytes of an image's file, whole or a part of them.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { basename, sep } from 'node:path';
import { Readable } from 'node:stream';
import { type Collection, type ImageKind, type ImageRecord, PixkinError } from '../src/index.ts';
import type { Ctx } from './context.ts';
import { requestedRange } from './range.ts';

const types: Readonly<Record<ImageKind, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  tiff: 'image/tiff',
  avif: 'image/avif',
  heic: 'image/heic',
  bmp: 'image/bmp',
};

/** Where a picture is kept by browsers: asked about again each time, since a file may change under the same id. */
export const caching = 'private, no-cache';

/** @throws PixkinError `root_offline`, or `image_not_found` where the file has vanished or leads out of its root */
export async function pictureResponse(c: Ctx, collection: Collection, image: ImageRecord): Promise<Response> {
  const handle = await openInside(collection, image);
  let isStreaming = false;
  try {
    const { size } = await handle.stat();
    // Until a changed file is indexed again, its bytes are not the content that the catalog knows.
    const etag = size === image.bytes ? `"${image.content}"` : undefined;
    const headers: Record<string, string> = {
      'Content-Type': types[image.kind],
      'Content-Disposition': `inline; ${fileName(image.image)}`,
      'Cache-Control': caching,
      'Accept-Ranges': 'bytes',
      ...(etag !== undefined && { ETag: etag }),
    };
    if (etag !== undefined && matches(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers);
    const sameAsBefore = [undefined, etag].includes(c.req.header('if-range'));
    const range = requestedRange(sameAsBefore ? c.req.header('range') : undefined, size);
    if (range === 'outside') return c.body(null, 416, { ...headers, 'Content-Range': `bytes */${size}` });
    const { start, end } = range ?? { start: 0, end: size - 1 };
    headers['Content-Length'] = String(end - start + 1);
    if (range) headers['Content-Range'] = `bytes ${start}-${end}/${size}`;
    const status = range ? 206 : 200;
    if (c.req.method === 'HEAD' || size === 0) return c.body(null, status, headers);
    const stream = Readable.toWeb(handle.createReadStream({ start, end })) as ReadableStream<Uint8Array>;
    isStreaming = true;
    return c.body(stream, status, headers);
  } finally {
    if (!isStreaming) await handle.close();
  }
}

/** Whether an `If-None-Match` header names this entity tag. */
export function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((one) => ['*', etag].includes(one.trim().replace(/^W\//, '')));
}

/** What an image whose file is not there any more is: not found. A sweep takes it out of results. */
export const vanished = (image: ImageRecord, cause?: unknown): PixkinError =>
  new PixkinError('image_not_found', `the file of image ${image.id} ("${image.image}") is gone`, { cause });

async function openInside(collection: Collection, image: ImageRecord): Promise<FileHandle> {
  const path = collection.file(image.id);
  const { path: root } = collection.roots.get(image.root);
  try {
    const [real, realRoot] = await Promise.all([realpath(path), realpath(root)]);
    // A link put in a picture's place must not show another file of the server.
    if (!real.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) throw vanished(image);
    // Without waiting: a named pipe in a picture's place would hold the request for ever.
    const handle = await open(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    throw vanished(image);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') throw vanished(image, error);
    if (error instanceof PixkinError) throw error;
    throw new PixkinError('unreadable', `the file of image ${image.id} ("${image.image}") cannot be read: ${code}`, {
      cause: error,
    });
  }
}

/** RFC 6266: plain characters for old readers, UTF-8 as RFC 5987 writes it for the rest. */
function fileName(image: string): string {
  const name = basename(image);
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `filename="${plain}"; filename*=UTF-8''${encoded}`;
}

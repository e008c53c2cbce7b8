/**
 * A web server with one file, that fails as it is told to.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface FileServer {
  readonly url: string;
  /** What was asked for, in turn. */
  readonly requests: { readonly path: string; readonly range: string | undefined }[];
}

export interface Behaviour {
  readonly bytes: Uint8Array;
  /** Connections that are cut after so many bytes of their answer, in turn; those after them are whole. */
  readonly cuts?: readonly number[];
  /** What arrives just before a cut may be thrown away with it: resolves when the client has so many bytes of the file. */
  readonly arrived?: (bytes: number) => Promise<unknown>;
  /** It says the length and then nothing more. */
  readonly silent?: boolean;
  /** Status codes of the first answers. */
  readonly statuses?: readonly number[];
  /** Absent: true. */
  readonly ranges?: boolean;
  /** Of the nth answer, from 0; absent: the same always. */
  readonly etag?: (n: number) => string | undefined;
  /** It does not say the length. */
  readonly chunked?: boolean;
}

/** `/moved` leads to the file, every other path is it. */
export async function serveFile(o: Behaviour): Promise<FileServer> {
  const requests: { path: string; range: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const n = requests.length;
    requests.push({ path: request.url ?? '', range: request.headers.range });
    const status = o.statuses?.[n];
    if (status !== undefined && status !== 200) return void response.writeHead(status).end('no');
    if (request.url === '/moved') return void response.writeHead(302, { location: '/file.h5' }).end();
    const etag = o.etag ? o.etag(n) : '"one"';
    const start = o.ranges === false ? 0 : startOf(request, etag);
    if (start >= o.bytes.length) {
      return void response.writeHead(416, { 'content-range': `bytes */${o.bytes.length}` }).end();
    }
    const body = o.bytes.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, {
      ...(!o.chunked && { 'content-length': body.length }),
      ...(etag !== undefined && { etag }),
      ...(start > 0 && { 'content-range': `bytes ${start}-${o.bytes.length - 1}/${o.bytes.length}` }),
    });
    const cut = o.cuts?.[n];
    if (cut !== undefined) {
      response.write(body.subarray(0, cut));
      return void (o.arrived?.(start + cut) ?? Promise.resolve()).then(() => response.socket?.destroy());
    }
    if (o.silent) return response.flushHeaders();
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/file.h5`, requests };
}

/** Where a range begins that is asked for of this version. */
function startOf({ headers }: IncomingMessage, etag: string | undefined): number {
  const found = /^bytes=(\d+)-$/.exec(headers.range ?? '');
  return found && headers['if-range'] === etag ? Number(found[1]) : 0;
}

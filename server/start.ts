/**
 * The one file with sockets.
 */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { PixkinError } from '../src/index.ts';
import type { App } from './context.ts';

export interface ListenOptions {
  /** Name or address to bind. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Tokens of users; without one, only this machine is listened to. */
  readonly tokens?: readonly string[];
}

export interface Listening {
  /** `http://127.0.0.1:7700` */
  readonly url: string;
  /** Takes no more requests; those under way have a second. */
  close(): Promise<void>;
}

/** How long requests under way may take to end when the server closes, in milliseconds. */
const patience = 1000;

/** @throws PixkinError `usage` where others could ask without a token, `invalid_request` where the address cannot be had */
export async function listen(app: Pick<App, 'fetch'>, { host, port, tokens = [] }: ListenOptions): Promise<Listening> {
  requireToken(host, tokens);
  const listener = getRequestListener((request) => app.fetch(request), {
    overrideGlobalObjects: false,
    errorHandler: malformed,
  });
  const limits = {
    headersTimeout: 10_000,
    requestTimeout: 120_000,
    keepAliveTimeout: 5000,
    connectionsCheckingInterval: 5000,
  };
  const server = createServer(limits, (incoming, outgoing) => void listener(incoming, outgoing));
  await bind(server, host, port);
  const bound = server.address() as AddressInfo;
  const name = isIP(unbracketed(host)) === 6 ? `[${unbracketed(host)}]` : host;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${name}:${bound.port}`,
    close() {
      closing ??= close(server);
      return closing;
    },
  };
}

/**
 * Only this machine may be listened to without a token.
 * @throws PixkinError `usage`
 */
export function requireToken(host: string, tokens: readonly string[]): void {
  if (isLoopback(host) || tokens.length > 0) return;
  throw new PixkinError('usage', `--host ${host} lets other machines in: that needs a token`, {
    hint: 'set PIXKIN_TOKEN or --token-file, or stay at --host 127.0.0.1',
  });
}

function isLoopback(host: string): boolean {
  const name = unbracketed(host).toLowerCase();
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

const unbracketed = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why: Record<string, string> = {
        EADDRINUSE: 'another program listens there',
        EACCES: 'the system forbids it',
        EADDRNOTAVAIL: 'this machine has no such address',
        ENOTFOUND: 'there is no such name',
      };
      reject(
        new PixkinError(
          'invalid_request',
          `cannot listen at ${host}, port ${port}: ${why[error.code ?? ''] ?? error.code}`,
          {
            hint: '--port 0 takes any free port',
            cause: error,
          },
        ),
      );
    });
    server.listen({ host: unbracketed(host), port }, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), patience);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** A request that is none, such as one with a Host header that no address can have. */
function malformed(): Response {
  const error = { code: 'invalid_request', message: 'the request must have a valid address and Host' };
  return Response.json({ error }, { status: 400 });
}

/**
 * Who may ask. Any web page can make a browser send requests to this machine: so the name that was asked for must be one of ours
 * (DNS rebinding), and what changes something, or costs work, must not come from another site's page.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import { PixkinError } from '../src/index.ts';
import type { Access, Ctx, Env } from './context.ts';

const open = new Set(['/healthz', '/readyz']);
const safe = new Set(['GET', 'HEAD']);
/** A POST to these changes nothing: it only brings a picture. */
const asking = new Set(['/similar', '/classify']);
const wildcards = new Set(['0.0.0.0', '::']);

/** @throws PixkinError `unauthorized` or `forbidden` */
export function authorize(access: Access): MiddlewareHandler<Env> {
  const isOurs = hostCheck(access.allowedHosts);
  const rightOf = tokenCheck(access);
  return async (c, next) => {
    const host = hostOfRequest(c);
    if (!isOurs(host)) {
      throw new PixkinError('forbidden', `Host must be a name of this server; got ${host}`, {
        hint: 'indexer serve --allowed-host NAME adds one',
      });
    }
    if (!open.has(c.req.path)) c.set('right', checkedRight(c, access, rightOf));
    if (!safe.has(c.req.method)) refuseForeignPage(c);
    await next();
  };
}

type Right = 'read' | 'write';

function checkedRight(c: Ctx, access: Access, rightOf: (token: string) => Right | null): Right {
  const header = c.req.header('authorization');
  if (header === undefined && !access.required) return 'write';
  const token = /^bearer +(\S+)\s*$/i.exec(header ?? '')?.[1];
  const right = token === undefined ? null : rightOf(token);
  if (right === null) {
    c.header('WWW-Authenticate', `Bearer realm="pixkin"${header === undefined ? '' : ', error="invalid_token"'}`);
    const what = header === undefined ? 'got none' : 'the one that came is not known';
    throw new PixkinError('unauthorized', `a token is needed as "Authorization: Bearer TOKEN"; ${what}`);
  }
  if (right === 'read' && !safe.has(c.req.method) && !asking.has(c.req.path)) {
    throw new PixkinError(
      'forbidden',
      `${c.req.method} ${c.req.path} needs the write token; the read token only reads`,
    );
  }
  return right;
}

/** Digests have one length, and every token is compared: the time tells nothing about which one was nearly right. */
function tokenCheck({ writeTokens, readTokens }: Access): (token: string) => Right | null {
  const digest = (token: string): Buffer => createHash('sha256').update(token).digest();
  const [write, read] = [writeTokens.map(digest), readTokens.map(digest)];
  return (token) => {
    const given = digest(token);
    const among = (known: readonly Buffer[]): boolean =>
      known.map((one) => timingSafeEqual(one, given)).some((same) => same);
    const [isWrite, isRead] = [among(write), among(read)];
    if (isWrite) return 'write';
    return isRead ? 'read' : null;
  };
}

function hostCheck(allowedHosts: readonly string[]): (host: string) => boolean {
  const allowed = new Set(['localhost', '127.0.0.1', '::1', ...allowedHosts.map((host) => bareName(host))]);
  const exact = new Set(allowedHosts.map((host) => host.toLowerCase()));
  const anyAddress = [...wildcards].some((wildcard) => allowed.has(wildcard));
  return (host) => {
    const name = bareName(host);
    // An address literal cannot be rebound: that takes a name.
    return exact.has(host.toLowerCase()) || allowed.has(name) || (anyAddress && isIP(name) !== 0);
  };
}

/** A host without its port and brackets, in lower case. */
function bareName(host: string): string {
  if (isIP(host) === 6) return host.toLowerCase();
  const [, bracketed, plain = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host) ?? [];
  return (bracketed ?? plain).toLowerCase();
}

/** @throws PixkinError `forbidden` */
export function refuseForeignPage(c: Ctx): void {
  const host = hostOfRequest(c);
  const site = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (!foreignSite && (origin === undefined || hostOf(origin) === host.toLowerCase())) return;
  const from = foreignSite ? `Sec-Fetch-Site is ${site}` : `Origin is ${origin}, Host is ${host}`;
  throw new PixkinError('forbidden', `${c.req.method} is refused to pages of other sites: ${from}`);
}

const hostOfRequest = (c: Ctx): string => c.req.header('host') ?? new URL(c.req.url).host;

function hostOf(origin: string): string | null {
  const match = /^https?:\/\/([^/]+)$/i.exec(origin);
  return match ? match[1]!.toLowerCase() : null;
}

/**
 * Every error leaves as `{"error":{"code","message","hint"?}}`, with the status of its code.
 */
import { HTTPException } from 'hono/http-exception';
import { type ErrorCode, errorKind, PixkinError } from '../src/index.ts';
import type { Ctx, Parts } from './context.ts';
import { scrubFor } from './scrub.ts';

const unforeseen = 'something went wrong that nobody foresaw; the log of the server says what';

/** Their messages hold only what whoever asks has sent, and must give it back as it came. */
const quoting: ReadonlySet<ErrorCode> = new Set([
  'invalid_request',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'image_not_found',
  'unsupported_media_type',
] as const);

/** The answer to anything that was thrown. What nobody foresaw is logged, and leaves without its message. */
export function errorResponse(c: Ctx, thrown: unknown, { collection, log }: Parts): Response {
  const error = known(thrown, c);
  const internal = error === null || error.code === 'internal';
  if (internal) log.error(`${c.req.method} ${c.req.path} failed`, { error: text(thrown) });
  const code = error?.code ?? 'internal';
  const { status, retryAfter } = errorKind(code);
  const scrub = quoting.has(code) ? (message: string) => message : scrubFor(c, collection);
  const body = {
    code,
    message: internal ? unforeseen : scrub(error.message),
    ...(error?.hint !== undefined && { hint: scrub(error.hint) }),
  };
  if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter));
  return c.json({ error: body }, status);
}

function known(thrown: unknown, c: Ctx): PixkinError | null {
  if (thrown instanceof PixkinError) return thrown;
  if (thrown instanceof HTTPException && thrown.status === 415) return unsupportedBody(c, ['application/json']);
  if (thrown instanceof HTTPException && thrown.status === 400) {
    return new PixkinError('invalid_request', 'the body must be JSON; it cannot be parsed');
  }
  // Whoever asked has gone: nobody reads this answer.
  if (c.req.raw.signal.aborted) return new PixkinError('cancelled', 'the request was cancelled');
  return null;
}

/** @param types content types that the route takes */
export function unsupportedBody(c: Ctx, types: readonly string[]): PixkinError {
  const got = c.req.header('content-type') ?? 'none';
  return new PixkinError('unsupported_media_type', `Content-Type must be ${types.join(', ')}; got ${got}`);
}

function text(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

/**
 * One file over HTTP, as large as it may be: what has come is kept and gone on with (RFC 9110, Range and If-Range), after a cut
 * connection as in a later run. It gets its name when it is whole and its hash is right.
 */
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PixkinError } from '../errors.ts';
import { freeBytes, isDiskFull, megabytes, noRoom, requireRoom } from './disk.ts';
import { type FileHash, requireHash } from './hash.ts';
import { openPart, type Part } from './part.ts';

export interface DownloadOptions {
  /** http or https. */
  readonly url: string;
  /** Where the whole file will lie; its folder exists. */
  readonly path: string;
  /** Absent where nobody publishes one. */
  readonly hash?: FileHash | undefined;
  /** Free bytes that must be left for each byte of the file once it is here; absent: 0. */
  readonly spare?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes; `total`: null where the server does not say it. */
  readonly onProgress?: ((done: number, total: number | null) => void) | undefined;
  /** A connection ended early and another one follows. */
  readonly onCut?: ((reason: string) => void) | undefined;
  readonly patience?: Patience | undefined;
  /** Free bytes in a folder. Tests say another number. */
  readonly free?: ((folder: string) => Promise<number>) | undefined;
}

export interface Patience {
  /** Connections in a row that bring nothing new. */
  readonly tries: number;
  /** Before the second of them; each further wait is twice as long. */
  readonly waitMs: number;
  /** How long a connection may say nothing. */
  readonly silenceMs: number;
}

const usualPatience: Patience = { tries: 5, waitMs: 1000, silenceMs: 60_000 };

/**
 * @throws PixkinError `download_failed` (refused, cut too often, or its hash is wrong), `data_unwritable` (no space),
 *   `cancelled`. Unless the hash was wrong, what has come stays for the next run.
 */
export async function download(o: DownloadOptions): Promise<void> {
  const part = await openPart(o.path);
  try {
    await fill(part, o);
    await part.close();
    if (o.hash) {
      await requireHash(part.path, o.hash, { label: basename(o.path), signal: o.signal }).catch(async (error) => {
        if (!o.signal?.aborted) await part.remove();
        throw error;
      });
    }
    await part.finish();
  } catch (error) {
    if (o.signal?.aborted) throw new PixkinError('cancelled', 'cancelled; what has come stays', { cause: error });
    if (!isDiskFull(error)) throw error;
    throw noRoom(dirname(o.path), `${basename(o.path)} stopped after ${megabytes(part.bytes)}`, error);
  } finally {
    await part.close();
  }
}

/** Connects until the part is whole. */
async function fill(part: Part, o: DownloadOptions): Promise<void> {
  const { tries, waitMs } = o.patience ?? usualPatience;
  let most = part.bytes;
  for (let failures = 0; ; ) {
    try {
      return await connect(part, o);
    } catch (error) {
      if (o.signal?.aborted || error instanceof PixkinError || isDiskFull(error)) throw error;
      // While each connection brings something new, the end comes nearer.
      failures = part.bytes > most ? 1 : failures + 1;
      most = Math.max(most, part.bytes);
      if (failures >= tries) throw gaveUp(o.url, part.bytes, tries, error);
      o.onCut?.(reasonOf(error));
      await sleep(waitMs * 2 ** (failures - 1), undefined, { signal: o.signal });
    }
  }
}

/** One connection. An error that is no PixkinError may be tried again. */
async function connect(part: Part, o: DownloadOptions): Promise<void> {
  const { url, onProgress } = o;
  const { silenceMs } = o.patience ?? usualPatience;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error(`nothing came for ${silenceMs} ms`)), silenceMs);
  try {
    const start = part.source?.url === url && part.source.validator !== null ? part.bytes : 0;
    const response = await fetch(url, {
      headers: {
        'accept-encoding': 'identity',
        ...(start > 0 && { range: `bytes=${start}-`, 'if-range': part.source?.validator ?? '' }),
      },
      signal: AbortSignal.any([silence.signal, ...(o.signal ? [o.signal] : [])]),
    });
    const total = await begin(part, response, url);
    if (total === part.bytes) return;
    if (total !== null) {
      await requireRoom(dirname(o.path), total - part.bytes + (o.spare ?? 0) * total, o.free ?? freeBytes);
    }
    for await (const piece of response.body ?? []) {
      timer.refresh();
      await part.append(piece);
      onProgress?.(part.bytes, total);
    }
    if (total !== null && part.bytes !== total) throw new Error(`it ended after ${part.bytes} of ${total} bytes`);
  } finally {
    clearTimeout(timer);
    // Lets go of an answer whose body nobody reads.
    silence.abort();
  }
}

/** Makes the part ready for the body of an answer. @returns the whole file's length, or null */
async function begin(part: Part, response: Response, url: string): Promise<number | null> {
  const { status, headers } = response;
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  const total = range?.[2] === undefined || range[2] === '*' ? null : Number(range[2]);
  if (status === 206 && Number(range?.[1]) === part.bytes) return total;
  if (status === 416 && total === part.bytes) return total;
  if (status === 206 || status === 416) {
    await part.remove();
    throw new Error(`the server answered ${status} with another part than the one that was asked for`);
  }
  if (status !== 200) {
    const message = `expected the file at ${url}; got ${status} ${response.statusText}`.trimEnd();
    if (status === 408 || status === 429 || status >= 500) throw new Error(message);
    throw new PixkinError('download_failed', message, { hint: '--from names another address, or a file' });
  }
  // What was compressed on its way has another length here, and cannot be gone on with.
  const plain = (headers.get('content-encoding') ?? 'identity') === 'identity';
  await part.restart({ url, validator: plain ? validatorOf(headers) : null });
  const length = headers.get('content-length');
  return plain && length !== null ? Number(length) : null;
}

/** What `If-Range` may hold: no weak ETag. */
function validatorOf(headers: Headers): string | null {
  const tag = headers.get('etag');
  return tag !== null && !tag.startsWith('W/') ? tag : headers.get('last-modified');
}

function gaveUp(url: string, bytes: number, tries: number, cause: unknown): PixkinError {
  const message = `${url}: given up after ${tries} tries in a row; ${megabytes(bytes)} are here (${reasonOf(cause)})`;
  return new PixkinError('download_failed', message, { hint: 'the same command goes on where it stopped', cause });
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

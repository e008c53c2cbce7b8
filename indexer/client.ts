/**
 * A command is one HTTP request: to the process that holds the collection, else to the app in this process. So the command line and
 * HTTP cannot drift apart, and everything works while a server runs.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { isErrorCode, PixkinError, readHolder } from '../src/index.ts';
import { aborted, type Context } from './context.ts';
import { type Held, hold } from './hold.ts';

export interface Client {
  /** The answer's JSON, undefined where there is none. Throws the PixkinError that the answer holds. */
  json<T>(path: string, init?: RequestInit): Promise<T>;
  /** Sends a JSON body. */
  send<T>(method: 'POST' | 'PUT' | 'PATCH', path: string, body: object): Promise<T>;
  post<T>(path: string, body: object): Promise<T>;
  text(path: string): Promise<string>;
  bytes(path: string): Promise<Uint8Array>;
  /** Server-sent events to their end. */
  events(path: string): AsyncIterable<{ event: string; data: unknown }>;
  close(): Promise<void>;
}

type Request = (path: string, init?: RequestInit) => Promise<Response>;

/** How long a holder that is just starting may take until it listens, in milliseconds. */
const patience = 15_000;

/** @param o.listen be found by other commands meanwhile, for work that takes long */
async function connect(context: Context, o: { listen?: boolean } = {}): Promise<Client> {
  const deadline = Date.now() + patience;
  for (;;) {
    context.signal.throwIfAborted();
    try {
      const held = await hold(context);
      if (!o.listen) return client(held.request, held.close);
      await held.listen('127.0.0.1', 0);
      return client(held.request, async () => {
        await finishIndex(context, held);
        await held.close();
      });
    } catch (error) {
      if (!(error instanceof PixkinError) || error.code !== 'collection_locked') throw error;
      const remote = await holder(context);
      if (remote) return client(remote, async () => {});
      if (Date.now() > deadline) throw error;
      await sleep(100, undefined, { signal: context.signal });
    }
  }
}

/** After long work the index is complete on the disk too, unless a signal says that now is enough: then the next start goes on. */
async function finishIndex({ io, signal }: Context, { collection }: Held): Promise<void> {
  const note = setTimeout(() => io.note('completing the HNSW index; Ctrl-C leaves that to the next start'), 2000);
  await Promise.race([collection.flush().catch(() => {}), aborted(signal)]);
  clearTimeout(note);
}

/** Requests to the process that holds the collection, where it answers. */
async function holder({ config }: Context): Promise<Request | null> {
  const found = readHolder(config.data);
  if (!found) return null;
  const request: Request = (path, init) => {
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${found.token}`);
    return fetch(found.url + path, { ...init, headers }).catch((error: unknown) => {
      throw ended(error);
    });
  };
  const answer = await request('/healthz', { signal: AbortSignal.timeout(5000) }).catch(() => null);
  return answer?.ok ? request : null;
}

/** What a connection that broke means: nobody else breaks one on this machine. */
const ended = (cause: unknown): PixkinError =>
  new PixkinError('closed', 'the process that holds the collection has ended; what it committed stays', { cause });

/** Connects, works, and closes, also where the work fails. */
export async function withClient<T>(
  context: Context,
  work: (client: Client) => Promise<T>,
  o: { listen?: boolean } = {},
): Promise<T> {
  const connected = await connect(context, o);
  try {
    return await work(connected);
  } finally {
    await connected.close();
  }
}

function client(request: Request, close: () => Promise<void>): Client {
  const checked: Request = async (path, init) => {
    const headers = new Headers(init?.headers);
    headers.set('x-pixkin-client', 'cli');
    const response = await request(path, { ...init, headers });
    if (!response.ok) throw await errorOf(response);
    return response;
  };
  const json = async <T>(path: string, init?: RequestInit): Promise<T> => {
    const response = await checked(path, init);
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
  const send = <T>(method: string, path: string, body: object): Promise<T> =>
    json(path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  return {
    json,
    send,
    post: (path, body) => send('POST', path, body),
    text: async (path) => (await checked(path)).text(),
    bytes: async (path) => new Uint8Array(await (await checked(path)).arrayBuffer()),
    async *events(path) {
      const { body } = await checked(path);
      const stream = body!.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
      const reader = stream.getReader();
      try {
        for (;;) {
          const { done, value } = await reader.read().catch((error: unknown) => {
            throw ended(error);
          });
          if (done) return;
          yield { event: value.event ?? 'message', data: JSON.parse(value.data) as unknown };
        }
      } finally {
        await reader.cancel().catch(() => {});
      }
    },
    close,
  };
}

async function errorOf(response: Response): Promise<PixkinError> {
  const body = (await response.json().catch(() => null)) as {
    error?: { code?: unknown; message?: string; hint?: string };
  } | null;
  const { code, message, hint } = body?.error ?? {};
  return new PixkinError(
    isErrorCode(code) ? code : 'internal',
    message ?? `the server answered ${response.status}`,
    hint === undefined ? {} : { hint },
  );
}

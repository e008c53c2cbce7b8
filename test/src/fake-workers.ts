import { createHash } from 'node:crypto';
import { EventEmitter, once, setMaxListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type ErrorCode, isErrorCode, PixkinError } from '../../src/errors.ts';
import type { Crop, ImageSource, Workers } from '../../src/types.ts';

/** Numbers in a fake embedding. */
export const fakeDim = 8;

/** Workers in this process: the same bytes always give the same vector. */
export interface FakeWorkers extends Workers {
  readonly calls: { ready: number; fingerprint: number; embed: number; classify: number; thumbnail: number };
  readonly closed: boolean;
  /** From now on, calls of this method wait until they are released. */
  hold(method: 'embed' | 'fingerprint' | 'thumbnail'): Gate;
}

export interface Gate {
  /** Resolves when so many calls have come to it. */
  reached(calls: number): Promise<void>;
  release(): void;
}

/**
 * A file of the fake network: what is in it decides what becomes of it. The rest makes its bytes different from another's.
 * `picture([1, 0])`: this vector, filled up with zeros; `picture('truncated')`: fails with this code.
 */
export function picture(vector: readonly number[] | ErrorCode, rest = ''): Buffer {
  return Buffer.from(`${typeof vector === 'string' ? vector : vector.join(',')}\n${rest}`);
}

/** What the fake network makes of these bytes: the numbers of their first line, else numbers from their hash. */
export function fakeVector(bytes: Uint8Array): Float32Array {
  const line = Buffer.from(bytes).toString('latin1').split('\n')[0] ?? '';
  const vector = new Float32Array(fakeDim);
  if (/^[-\d.,NaN]+$/.test(line)) vector.set(line.split(',').map(Number));
  else vector.set([...createHash('sha256').update(bytes).digest().subarray(0, fakeDim)].map((byte) => byte - 127.5));
  return vector;
}

/** Two of them have the same name. */
export const fakeClassNames = [
  { id: 'n02129604', name: 'tiger' },
  { id: 'n02012849', name: 'crane' },
  { id: 'n03126707', name: 'crane' },
] as const;

/** The probabilities of the fake network's three classes: its first numbers, those below zero left out. */
export function fakeClasses(bytes: Uint8Array): Float32Array {
  const scores = fakeVector(bytes)
    .slice(0, 3)
    .map((score) => Math.max(0, score));
  const sum = scores.reduce((total, score) => total + score, 0);
  return scores.map((score) => (sum > 0 ? score / sum : 1 / 3));
}

/** @param o.classes embeddings come with the probabilities of classes */
export function createFakeWorkers(
  o: { network?: (vector: Float32Array) => Float32Array; classes?: boolean } = {},
): FakeWorkers {
  const { network = (vector) => vector } = o;
  const calls = { ready: 0, fingerprint: 0, embed: 0, classify: 0, thumbnail: 0 };
  const gates = new Map<string, { arrive(): Promise<unknown> }>();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  let inferences = 0;

  async function read(method: keyof typeof calls, source: ImageSource, signal?: AbortSignal): Promise<Uint8Array> {
    calls[method]++;
    const stop = signal ? AbortSignal.any([closing.signal, signal]) : closing.signal;
    const stopped = new Promise<never>((_, reject) => {
      const fail = (): void =>
        reject(
          closing.signal.aborted
            ? new PixkinError('closed', 'the fake workers are closed')
            : new PixkinError('cancelled', 'the fake work was cancelled'),
        );
      if (stop.aborted) fail();
      else stop.addEventListener('abort', fail, { once: true });
    });
    stopped.catch(() => {});
    await Promise.race([stopped, gates.get(method)?.arrive() ?? Promise.resolve()]);
    const bytes = 'bytes' in source ? source.bytes : await Promise.race([stopped, readSource(source.path)]);
    const line = Buffer.from(bytes).toString('latin1').split('\n')[0] ?? '';
    if (isErrorCode(line) && (method === 'embed' || line === 'not_an_image')) {
      throw new PixkinError(line, `the fake picture is ${line}`);
    }
    return bytes;
  }

  return {
    calls,
    get closed() {
      return closing.signal.aborted;
    },
    hold(method) {
      const arrivals = new EventEmitter().setMaxListeners(0);
      let arrived = 0;
      gates.set(method, {
        async arrive() {
          arrived++;
          arrivals.emit('arrival');
          await once(arrivals, 'release');
        },
      });
      return {
        async reached(count) {
          while (arrived < count) await once(arrivals, 'arrival');
        },
        release() {
          gates.delete(method);
          arrivals.emit('release');
        },
      };
    },
    async ready() {
      calls.ready++;
      return { device: 'cpu', why: 'it is a fake' };
    },
    async fingerprint(source, { signal } = {}) {
      const bytes = await read('fingerprint', source, signal);
      return { ...facts(bytes), kind: 'jpeg' };
    },
    async embed(source, { signal, crop } = {}) {
      const bytes = await read('embed', source, signal);
      inferences++;
      const vector = network(cropped(fakeVector(bytes), crop));
      const classes = o.classes ? { classes: fakeClasses(bytes) } : {};
      const { sha256 } = facts(bytes);
      // No two are near-copies of each other.
      const known = { width: 4, height: 3, kind: 'jpeg', phash: sha256.slice(0, 16), takenAt: null } as const;
      return { ...facts(bytes), ...known, ...classes, vector };
    },
    async classify(source, { signal, crop } = {}) {
      return cropped(fakeClasses(await read('classify', source, signal)), crop);
    },
    async thumbnail(source, edge) {
      const bytes = await read('thumbnail', source);
      return Buffer.concat([Buffer.from(`${edge} `), bytes]);
    },
    stats: () => ({ size: 1, busy: 0, queued: 0, inferences, crashes: 0 }),
    async close() {
      closing.abort();
    },
  };
}

/** A crop looks another way: its numbers move by one place. */
function cropped(vector: Float32Array, crop: Crop | undefined): Float32Array {
  return crop ? vector.map((_, i) => vector[(i + 1) % vector.length]!) : vector;
}

const facts = (bytes: Uint8Array) => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  bytes: bytes.length,
});

async function readSource(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause) => {
    throw new PixkinError('unreadable', `the file cannot be read: ${cause.code}`, { cause });
  });
}

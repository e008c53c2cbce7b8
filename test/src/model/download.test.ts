import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type DownloadOptions, download } from '../../../src/model/download.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { until } from '../../support/until.ts';
import { type Behaviour, serveFile } from './file-server.ts';

const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) % 256));
const hash = { algorithm: 'md5', digest: createHash('md5').update(bytes).digest('hex') } as const;
const impatient = { tries: 3, waitMs: 1, silenceMs: 60_000 };

async function place(behaviour: Partial<Behaviour> = {}) {
  const folder = temporaryFolder();
  const path = join(folder, 'file.h5');
  const arrived = (count: number) => until('what was sent is kept', () => statSync(`${path}.part`).size >= count);
  const server = await serveFile({ bytes, arrived, ...behaviour });
  return {
    server,
    path,
    /** What lies there, less its content. */
    left: () => readdirSync(folder).sort(),
    get: (o: Partial<DownloadOptions> = {}) => download({ url: server.url, path, hash, patience: impatient, ...o }),
  };
}

test('a file arrives whole, under its name, with nothing beside it, and its progress was told', async () => {
  const { get, path, left } = await place();
  const told: [number, number | null][] = [];
  await get({ onProgress: (done, total) => told.push([done, total]) });
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(left()).toEqual(['file.h5']);
  expect(told.at(-1)).toEqual([bytes.length, bytes.length]);
});

test('a length that the server does not say is unknown until the end', async () => {
  const { get, path } = await place({ chunked: true });
  const totals = new Set<number | null>();
  await get({ onProgress: (_, total) => totals.add(total) });
  expect([...totals]).toEqual([null]);
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test('a redirect is followed', async () => {
  const { get, path, server } = await place();
  await get({ url: server.url.replace('file.h5', 'moved') });
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test('a connection that is cut is gone on with where it stopped', async () => {
  const { get, path, server } = await place({ cuts: [100_000, 50_000] });
  const reasons: string[] = [];
  await get({ onCut: (reason) => reasons.push(reason) });
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=100000-', 'bytes=150000-']);
  expect(reasons).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)]);
});

test('connections that bring nothing new are given up, and a later run goes on', async () => {
  const { get, path, server, left } = await place({ cuts: [100_000, 0, 0, 0] });
  await expect(get()).rejects.toMatchObject({
    code: 'download_failed',
    message: expect.stringMatching(/file\.h5: given up after 3 tries in a row; 0\.1 MB are here \(.*\w/),
    hint: expect.stringContaining('goes on where it stopped'),
  });
  expect(left()).toEqual(['file.h5.part', 'file.h5.part.json']);
  await get();
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(server.requests.at(-1)?.range).toBe('bytes=100000-');
});

test('a server without ranges is asked for the whole file again', async () => {
  const { get, path, server } = await place({ cuts: [100_000], ranges: false });
  await get();
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(server.requests).toHaveLength(2);
});

test('a file that has changed meanwhile is not sewn to the old beginning', async () => {
  const { get, path } = await place({ cuts: [100_000], etag: (n) => `"${n}"` });
  await get({ hash: undefined });
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test('an answer without a version is not gone on with', async () => {
  const { get, path, server } = await place({ cuts: [100_000], etag: () => undefined });
  await get({ hash: undefined });
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(server.requests.map(({ range }) => range)).toEqual([undefined, undefined]);
});

test('the beginning of another address is not gone on with', async () => {
  const one = await place({ cuts: [100_000, 0, 0, 0] });
  await expect(one.get()).rejects.toThrow();
  const other = await serveFile({ bytes });
  await one.get({ url: other.url });
  expect(other.requests[0]?.range).toBeUndefined();
  expect(readFileSync(one.path).equals(bytes)).toBe(true);
});

test('what a killed process had whole is only checked and named', async () => {
  const { get, path, server } = await place();
  writeFileSync(`${path}.part`, bytes);
  writeFileSync(`${path}.part.json`, JSON.stringify({ url: server.url, validator: '"one"' }));
  await get();
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(server.requests.map(({ range }) => range)).toEqual([`bytes=${bytes.length}-`]);
});

test('a part that is longer than the file is thrown away', async () => {
  const { get, path, server } = await place();
  writeFileSync(`${path}.part`, Buffer.concat([bytes, bytes]));
  writeFileSync(`${path}.part.json`, JSON.stringify({ url: server.url, validator: '"one"' }));
  await get();
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test('a wrong hash is an error with both, and the file is gone', async () => {
  const { get, left } = await place();
  const wanted = '0'.repeat(32);
  await expect(get({ hash: { algorithm: 'md5', digest: wanted } })).rejects.toMatchObject({
    code: 'download_failed',
    message: `file.h5: md5 must be ${wanted}, as its publisher says; got ${hash.digest}`,
  });
  expect(left()).toEqual([]);
});

test.each([404, 403])('%d is final: it is not asked again', async (status) => {
  const { get, server } = await place({ statuses: [status] });
  await expect(get()).rejects.toMatchObject({
    code: 'download_failed',
    message: expect.stringContaining(`expected the file at ${server.url}; got ${status}`),
  });
  expect(server.requests).toHaveLength(1);
});

test.each([500, 503, 429])('%d is asked again', async (status) => {
  const { get, path } = await place({ statuses: [status, status] });
  await get();
  expect(existsSync(path)).toBe(true);
});

test('nobody who listens is an error that says so', async () => {
  const { get } = await place();
  await expect(get({ url: 'http://127.0.0.1:1/file.h5' })).rejects.toMatchObject({ code: 'download_failed' });
});

test('a connection that falls silent counts as cut', async () => {
  const { get } = await place({ silent: true });
  await expect(get({ patience: { tries: 2, waitMs: 1, silenceMs: 50 } })).rejects.toMatchObject({
    code: 'download_failed',
    message: expect.stringContaining('nothing came for 50 ms'),
  });
});

test('a disk that is too small is said before anything is written; what must be left for the import counts', async () => {
  const { get, server, left } = await place();
  const free = async () => bytes.length * 2 - 1;
  await expect(get({ free, spare: 1 })).rejects.toMatchObject({
    code: 'data_unwritable',
    message: expect.stringContaining('0.6 MB must be free; got 0.6 MB'),
    hint: expect.stringContaining('--data'),
  });
  expect(server.requests).toHaveLength(1);
  await get({ free, spare: 0.5 });
  expect(left()).toEqual(['file.h5']);
});

test.skipIf(process.platform !== 'linux')('a disk that is full meanwhile is an error that says so', async () => {
  const { get, path } = await place();
  symlinkSync('/dev/full', `${path}.part`);
  await expect(get()).rejects.toMatchObject({
    code: 'data_unwritable',
    message: expect.stringContaining('file.h5 stopped after 0.0 MB'),
  });
});

test('it can be cancelled, also while it waits, and what has come stays', async () => {
  const { get, left } = await place({ cuts: [100_000, 0, 0, 0, 0] });
  const stop = new AbortController();
  const told = get({
    signal: stop.signal,
    patience: { tries: 3, waitMs: 1e6, silenceMs: 60_000 },
    onProgress: () => setImmediate(() => stop.abort('SIGINT')),
  });
  await expect(told).rejects.toMatchObject({ code: 'cancelled' });
  expect(left()).toEqual(['file.h5.part', 'file.h5.part.json']);
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forkable } from '../../../src/files.ts';
import type { Workers } from '../../../src/types.ts';
import { createWorkers, type WorkersOptions } from '../../../src/workers/pool.ts';

let folder: string;
let open: Workers[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pixkin-workers-'));
  open = [];
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(open.map((workers) => workers.close()));
  rmSync(folder, { recursive: true });
});

function start(o: Partial<WorkersOptions> = {}): Workers {
  const script = forkable(new URL('./faulty-worker', import.meta.url));
  const workers = createWorkers({ backbone: '/models/good', device: 'cpu', size: 1, script, ...o });
  open.push(workers);
  return workers;
}

/** A picture whose name tells the faulty worker what to do. */
const picture = (action: string) => ({ path: join(folder, action) });
const order = () => (existsSync(join(folder, 'order')) ? readFileSync(join(folder, 'order'), 'utf8').split('\n') : []);
const letGo = (name: string) => writeFileSync(join(folder, name), '');

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a picture that kills its worker is tried once more, then rejected, and the pool goes on', async () => {
  const workers = start();
  await expect(workers.embed(picture('crash'))).rejects.toMatchObject({
    code: 'crashed_decoder',
    message: expect.stringContaining('SIGSEGV'),
  });
  expect(order().filter((line) => line === 'crash')).toHaveLength(2);
  await expect(workers.embed(picture('good'))).resolves.toMatchObject({ kind: 'png' });
  expect(workers.stats()).toMatchObject({ crashes: 2, inferences: 1, busy: 0, queued: 0 });
});

test('a picture whose worker died by chance is embedded by the next one', async () => {
  const workers = start();
  await expect(workers.embed(picture('crash-once'))).resolves.toMatchObject({ kind: 'png' });
  expect(workers.stats().crashes).toBe(1);
});

test('a worker that exits by itself in the middle of a picture counts as a crash', async () => {
  await expect(start().embed(picture('exit=3'))).rejects.toMatchObject({
    code: 'crashed_decoder',
    message: expect.stringContaining('exit code 3'),
  });
});

test('everything else that was asked for while workers died is answered', async () => {
  const workers = start({ size: 2 });
  const good = Array.from({ length: 20 }, (_, i) => workers.embed(picture(`good=${i}`)));
  const bad = Array.from({ length: 2 }, (_, i) => workers.embed(picture(`crash=${i}`)));
  const more = Array.from({ length: 20 }, (_, i) => workers.embed(picture(`good=${20 + i}`)));
  const failed = await Promise.allSettled(bad);
  expect(failed.map((one) => one.status === 'rejected' && one.reason.code)).toEqual(Array(2).fill('crashed_decoder'));
  await expect(Promise.all([...good, ...more])).resolves.toHaveLength(40);
  expect(workers.stats()).toMatchObject({ inferences: 40, crashes: 4 });
});

test('a picture that takes too long is cut off as timed_out, once, and the next one gets a new worker', async () => {
  const workers = start({ timeLimitMs: 200 });
  const hung = workers.embed(picture('hang'));
  const next = workers.embed(picture('good'));
  await expect(hung).rejects.toMatchObject({ code: 'timed_out', message: expect.stringContaining('200 ms') });
  await expect(next).resolves.toMatchObject({ kind: 'png' });
  expect(order().filter((line) => line === 'hang')).toHaveLength(1);
});

test('a worker that is killed while it has nothing to do is replaced, and no picture is blamed', async () => {
  const workers = start();
  const { sha256: pid } = await workers.fingerprint(picture('good'));
  process.kill(Number(pid), 'SIGKILL');
  await until(() => workers.stats().crashes === 1);
  await expect(workers.embed(picture('good'))).resolves.toMatchObject({ kind: 'png' });
});

test('a worker that somebody asks to end takes no blame to its picture', async () => {
  const workers = start();
  await expect(workers.embed(picture('killed-once'))).resolves.toMatchObject({ kind: 'png' });
});

test('queries go before bulk work that was there first', async () => {
  const workers = start();
  const held = workers.embed(picture('hold=go'));
  const bulk = [workers.embed(picture('bulk=1')), workers.embed(picture('bulk=2'))];
  const queries = [
    workers.embed(picture('query=1'), { priority: 'query' }),
    workers.thumbnail(picture('query=2'), 64),
    workers.embed(picture('query=3'), { priority: 'query' }),
  ];
  letGo('go');
  await Promise.all([held, ...bulk, ...queries]);
  expect(order().slice(0, -1)).toEqual(['hold=go', 'query=1', 'query=2', 'query=3', 'bulk=1', 'bulk=2']);
});

test('a query that comes in the middle of a group is answered before the rest of it', async () => {
  const workers = start();
  const held = workers.embed(picture('hold=first'));
  const group = ['hold=go', 'bulk=1', 'bulk=2'].map((action) => workers.embed(picture(action)));
  letGo('first');
  await until(() => order().includes('hold=go'));
  const query = workers.embed(picture('query'), { priority: 'query' });
  letGo('go');
  await Promise.all([held, ...group, query]);
  expect(order().slice(0, -1)).toEqual(['hold=first', 'hold=go', 'query', 'bulk=1', 'bulk=2']);
});

test.each([
  ['kills its worker', 'crash', 'crashed_decoder'],
  ['hangs', 'hang', 'timed_out'],
])('of a group only the picture that %s is rejected', async (_, action, code) => {
  const workers = start({ timeLimitMs: 400 });
  const held = workers.embed(picture('hold=go'));
  const names = ['good=1', 'good=2', action, 'good=3', 'good=4'];
  const group = names.map((name) => workers.embed(picture(name)));
  letGo('go');
  const [, ...ends] = await Promise.allSettled([held, ...group]);
  expect(ends.map((end) => (end.status === 'rejected' ? end.reason.code : 'done'))).toEqual(
    names.map((name) => (name === action ? code : 'done')),
  );
  expect(order().filter((line) => line === action)).toHaveLength(action === 'crash' ? 2 : 1);
});

test('where nobody can tell which of a group killed its worker, each gets a worker for itself', async () => {
  vi.stubEnv('TMPDIR', join(folder, 'missing'));
  const workers = start();
  const held = workers.embed(picture('hold=go'));
  const group = ['good=1', 'crash', 'good=2'].map((name) => workers.embed(picture(name)));
  letGo('go');
  const [, ...ends] = await Promise.allSettled([held, ...group]);
  expect(ends.map((end) => end.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('one query more than may wait is rejected as busy, while bulk work waits', async () => {
  const workers = start({ maxQueries: 2 });
  const held = workers.embed(picture('hold=go'));
  const waiting = [1, 2].map((n) => workers.embed(picture(`query=${n}`), { priority: 'query' }));
  const bulk = Array.from({ length: 10 }, (_, n) => workers.embed(picture(`bulk=${n}`)));
  await expect(workers.embed(picture('query=3'), { priority: 'query' })).rejects.toMatchObject({ code: 'busy' });
  expect(workers.stats()).toMatchObject({ size: 1, busy: 1, queued: 12 });
  letGo('go');
  await Promise.all([held, ...waiting, ...bulk]);
});

test('an abort drops a task that waits, and throws away the result of one that runs', async () => {
  const workers = start();
  const controller = new AbortController();
  const { signal } = controller;
  const running = workers.embed(picture('hold=go'), { signal });
  const waiting = workers.embed(picture('never'), { signal });
  await until(() => order().includes('hold=go'));
  controller.abort();
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  await expect(workers.embed(picture('late'), { signal })).rejects.toMatchObject({ code: 'cancelled' });
  letGo('go');
  await workers.embed(picture('good'));
  expect(order()).not.toContain('never');
  expect(workers.stats().crashes).toBe(0);
});

test('an error keeps its code, message and hint across the process boundary', async () => {
  const workers = start();
  await expect(workers.embed(picture('fail=truncated'))).rejects.toMatchObject({
    name: 'PixkinError',
    code: 'truncated',
    message: 'this one is truncated',
  });
  await expect(workers.embed(picture('throw'))).rejects.toMatchObject({
    code: 'internal',
    message: 'nobody foresaw this',
  });
  await expect(start({ backbone: '/models/throws' }).ready()).rejects.toMatchObject({
    code: 'backbone_invalid',
    hint: 'fetch it again',
  });
});

test('a network that cannot be loaded fails the picture with the code of the set-up, not of the picture', async () => {
  await expect(start({ backbone: '/models/throws' }).embed(picture('good'))).rejects.toMatchObject({
    code: 'backbone_invalid',
  });
});

test.each([
  ['dies-at-start', 'exit code 7', 'no such native module'],
  ['dies-at-load', 'SIGSEGV', 'a line on stdout'],
])('a worker that %s blames no picture: the error and the log say how it ended', async (backbone, how, said) => {
  const warnings: string[] = [];
  const log = { warn: (line: string) => warnings.push(line), debug: () => {} };
  const workers = start({ backbone: `/models/${backbone}`, log });
  const error = (await workers.embed(picture('good')).catch((reason: unknown) => reason)) as Error;
  expect(error).toMatchObject({ code: 'internal', message: expect.stringContaining(how) });
  expect((error.cause as Error).message).toContain(said);
  expect(warnings.join()).toContain(said);
});

test('a network that never finishes loading is given up', async () => {
  const workers = start({ backbone: '/models/never-loads', startLimitMs: 1500 });
  await expect(workers.ready()).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining('within 1500 ms'),
  });
});

test('a script that is not there is an error, not a hang', async () => {
  const script = { path: join(folder, 'missing.js'), execArgv: [] };
  await expect(start({ script }).ready()).rejects.toMatchObject({ code: 'internal' });
});

test('workers start when there is work, and only as many as there is work for', async () => {
  const workers = start({ size: 3 });
  const pids = new Set<string>();
  for (let i = 0; i < 5; i++) pids.add((await workers.fingerprint(picture(`good=${i}`))).sha256);
  expect(pids.size).toBe(1);
});

test('one worker is enough for a GPU, unless somebody asks for more', async () => {
  const automatic = start({ backbone: '/models/gpu', device: 'auto', size: undefined });
  await automatic.ready();
  expect(automatic.stats().size).toBe(1);
  const asked = start({ backbone: '/models/gpu', device: 'auto', size: 2 });
  await asked.ready();
  expect(asked.stats().size).toBe(2);
});

test('what a worker prints goes to the log, never to stdout', async () => {
  const lines: string[] = [];
  const log = { warn: () => {}, debug: (line: string) => lines.push(line) };
  const workers = start({ log });
  await workers.ready();
  await until(() => lines.length > 0);
  expect(lines.join()).toContain('a line on stdout');
});

test('vectors and thumbnails own their memory, however large the message was', async () => {
  const workers = start();
  const { vector } = await workers.embed(picture('good'));
  expect(vector).toEqual(Float32Array.of(1, 2, 3));
  expect(vector.buffer.byteLength).toBe(12);
  const thumbnail = await workers.thumbnail(picture('good'), 64);
  expect(Buffer.from(thumbnail).toString()).toBe('thumbnail');
  expect(thumbnail.buffer.byteLength).toBe(9);
});

test('close rejects what waits and what runs, and ends a worker that hangs', async () => {
  const workers = start();
  const { sha256: pid } = await workers.fingerprint(picture('good'));
  const running = workers.embed(picture('hang'));
  const waiting = workers.embed(picture('good'));
  await until(() => order().includes('hang'));
  const settled = Promise.allSettled([running, waiting]);
  await workers.close();
  expect((await settled).map((one) => one.status === 'rejected' && one.reason.code)).toEqual(['closed', 'closed']);
  expect(isAlive(Number(pid))).toBe(false);
  await expect(workers.ready()).rejects.toMatchObject({ code: 'closed' });
  await workers.close();
});

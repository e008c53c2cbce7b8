import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { idOf, openEngine, temporaryFolder } from './engine.ts';
import { picture } from './fake-workers.ts';

const filesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;

test('forgetting takes images and failures out; what was not there has no outcome', async () => {
  const e = await openEngine();
  const id = idOf(await e.add('a.jpg', picture([1])));
  await e.add('b.jpg', picture('corrupt'));
  expect(await e.collection.forget('pictures', ['a.jpg', 'b.jpg', 'never.jpg'])).toEqual([
    { type: 'removed', root: 'pictures', image: 'a.jpg', id },
    { type: 'removed', root: 'pictures', image: 'b.jpg', id: null },
  ]);
  expect(e.collection.status()).toMatchObject({ images: 0, quarantined: 0, contents: 1 });
  expect(e.collection.known('pictures').size).toBe(0);
  expect(await e.collection.forget('pictures', ['a.jpg'])).toEqual([]);
});

test('a forgotten picture that comes back is that image again, without an inference', async () => {
  const e = await openEngine();
  const id = idOf(await e.add('a.jpg', picture([1])));
  await e.collection.forget('pictures', ['a.jpg']);
  expect(await e.ingest('a.jpg')).toMatchObject({ type: 'reused', id });
  expect(e.workers.calls.embed).toBe(1);
});

test('forgetting thousands of paths lets others have their turn', async () => {
  const e = await openEngine();
  const content = e.catalog.contents.insert({
    ...{ sha256: 'e'.repeat(64), bytes: 1, kind: 'png', width: 1, height: 1, phash: '', takenAt: null },
  });
  const paths = Array.from({ length: 3000 }, (_, i) => `${i}.jpg`);
  e.catalog.transaction(() => {
    for (const path of paths) {
      e.catalog.images.insert(1, { root: 'pictures', path, bytes: 1, mtimeMs: 1 }, content);
    }
  });
  let turns = 0;
  let running = true;
  const turn = (): void => {
    turns++;
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  const outcomes = await e.collection.forget('pictures', paths);
  running = false;
  expect(outcomes).toHaveLength(3000);
  expect(turns).toBeGreaterThanOrEqual(5);
  expect(e.collection.status().images).toBe(0);
});

test('images are listed by id, a page at a time', async () => {
  const e = await openEngine();
  const ids: number[] = [];
  for (const n of [1, 2, 3]) ids.push(idOf(await e.add(`${n}.jpg`, picture([n]))));
  const first = e.collection.images({ limit: 2 });
  expect(first.images.map((i) => i.id)).toEqual(ids.slice(0, 2));
  expect(first.images[0]).not.toHaveProperty('contentId');
  const second = e.collection.images({ limit: 2, after: first.next! });
  expect(second).toMatchObject({ images: [{ id: ids[2] }], next: null });
  expect(e.collection.images({ limit: 3 }).next).toBeNull();
  expect(() => e.collection.images({ root: 'nowhere' })).toThrow(expect.objectContaining({ code: 'root_not_found' }));
});

test('the file of an image is its absolute path, also after its root moved', async () => {
  const e = await openEngine();
  const id = idOf(await e.add('cats/a.jpg', picture([1])));
  expect(e.collection.file(id)).toBe(join(e.folder, 'cats/a.jpg'));
  e.collection.roots.relocate('pictures', '/elsewhere');
  expect(e.collection.file(id)).toBe('/elsewhere/cats/a.jpg');
});

test('a thumbnail is made once, and kept for a root that goes offline', async () => {
  const data = temporaryFolder();
  const e = await openEngine({ data });
  const id = idOf(await e.add('a.jpg', picture([1])));
  const made = await e.collection.thumbnail(id, 128);
  e.collection.roots.setState('pictures', 'offline');
  expect(Buffer.from(await e.collection.thumbnail(id, 128)).equals(made)).toBe(true);
  expect(e.workers.calls.thumbnail).toBe(1);
  await expect(e.collection.thumbnail(id, 100)).rejects.toMatchObject({
    code: 'invalid_request',
    message: 'size must be one of 128, 256, 512, 1024; got 100',
  });
});

test('a thumbnail that cannot be kept is shown all the same', async () => {
  const data = temporaryFolder();
  writeFileSync(join(data, 'thumbnails'), 'a file where the folder should be');
  const e = await openEngine({ data });
  const id = idOf(await e.add('a.jpg', picture([1])));
  expect((await e.collection.thumbnail(id, 128)).length).toBeGreaterThan(0);
});

test('what was forgotten longer ago than the grace time is purged when a collection opens', async () => {
  const data = temporaryFolder();
  const first = await openEngine({ data });
  const id = idOf(await first.add('a.jpg', picture([1])));
  await first.add('b.jpg', picture([2]));
  await first.collection.thumbnail(id, 128);
  await first.collection.forget('pictures', ['a.jpg']);
  await first.collection.close();
  const kept = join(data, 'thumbnails');
  expect(filesIn(kept)).toBe(1);
  const again = await openEngine({ data, graceMs: -1000, root: 'other' });
  expect(again.collection.status()).toMatchObject({ images: 1, contents: 1, vectors: { count: 1, revision: 3 } });
  await expect.poll(() => filesIn(kept)).toBe(0);
});

test('its status says what it runs on once the network was used', async () => {
  const e = await openEngine();
  expect(e.collection.status()).toMatchObject({ device: null, backbone: 'first', dim: 8, images: 0 });
  expect(await e.collection.ready()).toEqual({ device: 'cpu', why: 'it is a fake' });
  expect(e.collection.status().device).toEqual({ device: 'cpu', why: 'it is a fake' });
});

test('a second close waits for the first, and closes nothing twice', async () => {
  const e = await openEngine();
  await Promise.all([e.collection.close(), e.collection.close()]);
  expect(e.workers.closed).toBe(true);
  await expect(e.collection.search({ vector: [1] })).rejects.toMatchObject({ code: 'closed' });
  expect(() => e.collection.rebuild({ fromCache: true })).toThrow(expect.objectContaining({ code: 'closed' }));
});

test('closing waits for what is being written', async () => {
  const e = await openEngine();
  await e.add('old.jpg', picture([1]));
  e.rename('old.jpg', 'new.jpg');
  let asked = (): void => {};
  const reached = new Promise<void>((resolve) => {
    asked = resolve;
  });
  let answer = (_: boolean): void => {};
  const running = e.collection.ingest(e.facts('new.jpg'), {
    gone: () => {
      asked();
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
  });
  await reached;
  const closed = e.collection.close();
  // Turns enough for a close that does not wait.
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  answer(true);
  expect(await running).toMatchObject({ type: 'reused', image: 'new.jpg' });
  await closed;
});

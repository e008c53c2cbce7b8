import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PixkinError } from '../../src/errors.ts';
import type { FileFacts, Outcome } from '../../src/types.ts';
import { idOf, openEngine, temporaryFolder } from './engine.ts';
import { picture } from './fake-workers.ts';

const types = (outcomes: readonly Outcome[]): string[] => outcomes.map((o) => o.type).sort();

test('a new picture is indexed in one trip to a worker', async () => {
  const e = await openEngine();
  const outcome = await e.add('cats/a.jpg', picture([1]));
  expect(outcome).toMatchObject({ type: 'indexed', root: 'pictures', image: 'cats/a.jpg' });
  expect(e.workers.calls).toMatchObject({ fingerprint: 0, embed: 1 });
  expect(e.collection.status()).toMatchObject({ images: 1, contents: 1, inferences: 1, quarantined: 0 });
  expect(e.collection.image({ image: 'cats/a.jpg' })).toMatchObject({ id: idOf(outcome), kind: 'jpeg', width: 4 });
  expect(e.collection.status().vectors).toMatchObject({ count: 1, revision: 1 });
});

test('a picture whose time changed and whose bytes did not is unchanged, and its new time is remembered', async () => {
  const e = await openEngine();
  await e.add('a.jpg', picture([1]));
  utimesSync(join(e.folder, 'a.jpg'), 1000, 1000);
  expect(await e.ingest('a.jpg')).toEqual({ type: 'unchanged', root: 'pictures', image: 'a.jpg' });
  expect(e.collection.known('pictures').get('a.jpg')).toEqual({ bytes: 2, mtimeMs: 1_000_000, failed: false });
  expect(e.workers.calls).toMatchObject({ fingerprint: 1, embed: 1 });
});

test('a copy is reused: it has an id of its own, and no network runs', async () => {
  const e = await openEngine();
  const first = idOf(await e.add('a.jpg', picture([1])));
  const copy = await e.add('b.jpg', picture([1]));
  expect(copy.type).toBe('reused');
  expect(idOf(copy)).not.toBe(first);
  expect(e.collection.status()).toMatchObject({ images: 2, contents: 1, inferences: 1 });
  expect(e.workers.calls.embed).toBe(1);
});

test('among many copies of the same bytes only some are looked for', async () => {
  const e = await openEngine();
  for (let i = 0; i < 40; i++) await e.add(`${i}.jpg`, picture([1]));
  let asked = 0;
  const gone = async (): Promise<boolean> => {
    asked++;
    return false;
  };
  writeFileSync(join(e.folder, 'new.jpg'), picture([1]));
  expect((await e.collection.ingest(e.facts('new.jpg'), { gone })).type).toBe('reused');
  expect(asked).toBeLessThan(40);
  expect(e.collection.status().images).toBe(41);
});

test.each([2, 5])('the same content met %i times at once is embedded once', async (count) => {
  const e = await openEngine();
  const gate = e.workers.hold('embed');
  const paths = Array.from({ length: count }, (_, i) => `${i}.jpg`);
  for (const path of paths) e.write(path, picture([1]));
  const all = Promise.all(paths.map(e.ingest));
  await gate.reached(1);
  gate.release();
  const outcomes = await all;
  expect(types(outcomes)).toEqual(['indexed', ...Array(count - 1).fill('reused')]);
  expect(new Set(outcomes.map(idOf)).size).toBe(count);
  expect(e.workers.calls.embed).toBe(1);
});

test('contents of one size that differ are told apart, each embedded once, all at once', async () => {
  const e = await openEngine();
  const contents = [picture([1], 'x'), picture([1], 'y'), picture([1], 'x'), picture([1], 'z'), picture([1], 'y')];
  for (const [i, bytes] of contents.entries()) e.write(`${i}.jpg`, bytes);
  const outcomes = await Promise.all(contents.map((_, i) => e.ingest(`${i}.jpg`)));
  expect(types(outcomes)).toEqual(['indexed', 'indexed', 'indexed', 'reused', 'reused']);
  expect(e.workers.calls.embed).toBe(3);
  expect(e.collection.status()).toMatchObject({ images: 5, contents: 3, inferences: 3 });
});

test('where the first of several copies fails for itself, the next is embedded', async () => {
  const e = await openEngine();
  const gate = e.workers.hold('embed');
  e.write('a.jpg', picture([1]));
  e.write('b.jpg', picture([1]));
  const [first, second] = ['a.jpg', 'b.jpg'].map(e.ingest);
  await gate.reached(1);
  e.remove('a.jpg');
  gate.release();
  expect((await first)?.type).toBe('removed');
  expect((await second)?.type).toBe('indexed');
});

test.each(['before', 'after'])('a renamed picture keeps its id, seen %s its old path was forgotten', async (when) => {
  const e = await openEngine();
  const id = idOf(await e.add('old.jpg', picture([1])));
  e.rename('old.jpg', 'new.jpg');
  if (when === 'after') await e.collection.forget('pictures', ['old.jpg']);
  const renamed = await e.ingest('new.jpg');
  expect(renamed).toMatchObject({ type: 'reused', image: 'new.jpg', id });
  expect(await e.collection.forget('pictures', ['old.jpg'])).toEqual([]);
  expect(e.collection.images().images.map((i) => [i.id, i.image])).toEqual([[id, 'new.jpg']]);
  expect(e.workers.calls.embed).toBe(1);
  expect(e.collection.status().vectors.revision).toBe(1);
});

test('of two copies that race for one vanished path, one gets its id and the other a new one', async () => {
  const e = await openEngine();
  const id = idOf(await e.add('old.jpg', picture([1])));
  e.write('a.jpg', picture([1]));
  e.rename('old.jpg', 'b.jpg');
  const ids = (await Promise.all(['a.jpg', 'b.jpg'].map(e.ingest))).map(idOf);
  expect(ids).toContain(id);
  expect(new Set(ids).size).toBe(2);
  expect(e.collection.images().images).toHaveLength(2);
});

test('of two copies of the same name in two other roots, none is lost in the race for a vanished path', async () => {
  const e = await openEngine();
  const id = idOf(await e.add('a.jpg', picture([1])));
  e.remove('a.jpg');
  const files = ['left', 'right'].map((root): FileFacts => {
    const folder = temporaryFolder();
    e.collection.roots.add(root, folder);
    writeFileSync(join(folder, 'a.jpg'), picture([1]));
    return { root, path: 'a.jpg', bytes: 2, mtimeMs: 1 };
  });
  // Both are told that the path has vanished before one of them is committed.
  let asked = 0;
  let bothAsked = (): void => {};
  const both = new Promise<void>((resolve) => {
    bothAsked = resolve;
  });
  const gone = async (root: string): Promise<boolean> => {
    if (++asked === 2) bothAsked();
    await both;
    return root === 'pictures';
  };
  const ids = (await Promise.all(files.map((file) => e.collection.ingest(file, { gone })))).map(idOf);
  expect(ids).toContain(id);
  expect(e.collection.images().images.map((i) => i.root)).toEqual(expect.arrayContaining(['left', 'right']));
});

test('without `gone`, a file with known bytes is a copy', async () => {
  const e = await openEngine();
  const id = idOf(await e.add('old.jpg', picture([1])));
  e.rename('old.jpg', 'new.jpg');
  expect(idOf(await e.collection.ingest(e.facts('new.jpg')))).not.toBe(id);
});

test('other bytes at a path are another image: the old one leaves the results and may come back elsewhere', async () => {
  const e = await openEngine();
  const old = idOf(await e.add('a.jpg', picture([1])));
  const replaced = await e.add('a.jpg', picture([2]));
  expect(replaced.type).toBe('indexed');
  expect(idOf(replaced)).not.toBe(old);
  expect(e.collection.images().images.map((i) => i.id)).toEqual([idOf(replaced)]);
  expect(idOf(await e.add('b.jpg', picture([1])))).toBe(old);
});

test('two pictures that swap their names are both there in the end', async () => {
  const e = await openEngine();
  await e.add('a.jpg', picture([1]));
  await e.add('b.jpg', picture([2]));
  e.rename('a.jpg', 'c.jpg');
  e.rename('b.jpg', 'a.jpg');
  e.rename('c.jpg', 'b.jpg');
  for (const path of ['a.jpg', 'b.jpg']) await e.ingest(path);
  expect(e.collection.status()).toMatchObject({ images: 2, inferences: 2 });
  const { embedding } = e.collection;
  expect(embedding(e.collection.image({ image: 'a.jpg' }).id).length).toBe(2);
  expect(embedding(e.collection.image({ image: 'b.jpg' }).id).length).toBe(1);
});

test('the file of a root that nobody knows is an error', async () => {
  const e = await openEngine();
  const file = { root: 'nowhere', path: 'a.jpg', bytes: 2, mtimeMs: 1 };
  await expect(e.collection.ingest(file)).rejects.toMatchObject({ code: 'root_not_found' });
});

test('every outcome is told to those who listen, until they stop', async () => {
  const e = await openEngine();
  const heard: Outcome[] = [];
  const stop = e.collection.subscribe((outcome) => void heard.push(outcome));
  const outcomes = [await e.add('a.jpg', picture([1])), await e.add('b.jpg', picture('corrupt'))];
  outcomes.push(...(await e.collection.forget('pictures', ['a.jpg', 'b.jpg'])));
  stop();
  await e.add('c.jpg', picture([3]));
  expect(heard).toEqual(outcomes);
});

test('a copy whose content is purged before it is committed is embedded anew', async () => {
  const e = await openEngine();
  await e.add('a.jpg', picture([1]));
  e.write('b.jpg', picture([1]));
  const gone = async (): Promise<boolean> => {
    await e.collection.forget('pictures', ['a.jpg']);
    expect(e.catalog.purge(Date.now() + 1000, 10)).toHaveLength(1);
    return false;
  };
  expect((await e.collection.ingest(e.facts('b.jpg'), { gone })).type).toBe('indexed');
  expect(e.workers.calls.embed).toBe(2);
});

test('a closed collection takes nothing in', async () => {
  const e = await openEngine();
  e.write('a.jpg', picture([1]));
  const gate = e.workers.hold('embed');
  const running = e.ingest('a.jpg');
  const rejected = expect(running).rejects.toMatchObject({ code: 'closed' });
  await gate.reached(1);
  await e.collection.close();
  await rejected;
  const late = e.collection.ingest({ root: 'pictures', path: 'a.jpg', bytes: 2, mtimeMs: 1 });
  await expect(late).rejects.toBeInstanceOf(PixkinError);
});

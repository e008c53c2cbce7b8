import { fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openCatalog } from '../../src/catalog/catalog.ts';
import { loadConfig } from '../../src/config.ts';
import { forkable, packageRoot } from '../../src/files.ts';
import { acquireLock } from '../../src/lock.ts';
import { defaultBackbone, type OpenedCollection, openCollection } from '../../src/open.ts';
import type { Collection, JobRecord } from '../../src/types.ts';
import { temporaryFolder } from './engine.ts';

const fixtures = join(packageRoot, 'test', 'fixtures');
const picker = join(fixtures, 'models', 'picker');
const log = { debug() {}, info() {}, warn() {} };

async function open(data: string, flags: Record<string, unknown> = {}): Promise<OpenedCollection> {
  const config = loadConfig({ data, env: {}, flags: { workers: 1, device: 'cpu', ...flags } });
  const opened = await openCollection({ config, env: process.env, log });
  onTestFinished(() => opened.collection.close());
  return opened;
}

async function ingest(collection: Collection, path: string) {
  const { size, mtimeMs } = statSync(join(collection.roots.get('pictures').path, path));
  return collection.ingest({ root: 'pictures', path, bytes: size, mtimeMs });
}

/** A collection with three real pictures. */
async function openWithPictures(data: string, flags?: Record<string, unknown>): Promise<Collection> {
  const { collection } = await open(data, flags);
  const folder = temporaryFolder();
  collection.roots.add('pictures', folder);
  for (const name of ['quadrants.png', 'srgb.jpg', 'noise.png']) {
    copyFileSync(join(fixtures, 'images', name), join(folder, name));
    expect(await ingest(collection, name)).toMatchObject({ type: 'indexed' });
  }
  return collection;
}

async function ended(collection: Collection, { id }: JobRecord): Promise<JobRecord> {
  for await (const event of collection.jobs.events(id)) if (event.type === 'end') return event.job;
  throw new Error('it never ended');
}

test('a collection that is opened again with the shipped network finds everything, without an inference', async () => {
  const data = join(temporaryFolder(), 'data');
  const first = await openWithPictures(data);
  const asked = { address: { image: 'quadrants.png' } };
  const before = await first.search(asked);
  expect(before.results).toHaveLength(2);
  expect(first.status()).toMatchObject({ images: 3, inferences: 3, backbone: defaultBackbone, dim: 1280 });
  await first.close();

  const { collection } = await open(data);
  expect((await collection.search(asked)).results).toEqual(before.results);
  expect(collection.status()).toMatchObject({ images: 3, inferences: 0, space: before.space });
  expect((await ingest(collection, 'srgb.jpg')).type).toBe('unchanged');
  expect(statSync(data).mode & 0o777).toBe(0o700);
});

test('a collection that another process holds is collection_locked', async () => {
  const data = temporaryFolder();
  const { path, execArgv } = forkable(new URL('./lock-holder', import.meta.url));
  const holder = fork(path, [data], { execArgv });
  onTestFinished(() => void holder.kill('SIGKILL'));
  await once(holder, 'message');
  await expect(open(data)).rejects.toMatchObject({ code: 'collection_locked' });
});

test('closing a collection releases its lock', async () => {
  const data = temporaryFolder();
  const { collection, announce } = await open(data, { backbone: picker });
  announce({ pid: process.pid, url: 'http://127.0.0.1:1', token: 't' });
  await expect(open(data)).rejects.toMatchObject({ code: 'collection_locked' });
  await collection.close();
  expect(readdirSync(data)).not.toContain('holder.json');
  const lock = acquireLock(data);
  expect(lock).not.toBeNull();
  lock?.release();
});

test('what cannot be opened releases its lock again', async () => {
  const data = temporaryFolder();
  await expect(open(data, { backbone: 'nothing' })).rejects.toMatchObject({ code: 'backbone_not_found' });
  writeFileSync(join(data, 'catalog.db'), 'no database, but long enough to look at'.repeat(30));
  await expect(open(data)).rejects.toMatchObject({ code: 'catalog_damaged' });
  acquireLock(data)!.release();
});

test('a data folder that cannot be one is data_unwritable', async () => {
  const place = join(temporaryFolder(), 'file');
  writeFileSync(place, '');
  await expect(open(place)).rejects.toMatchObject({ code: 'data_unwritable', message: expect.stringContaining(place) });
  await expect(open(join(place, 'deeper'))).rejects.toMatchObject({ code: 'data_unwritable' });
});

test('a collection with pictures is not opened with another network, but moved to it by a rebuild', async () => {
  const data = temporaryFolder();
  const first = await openWithPictures(data, { backbone: picker });
  const { space } = first.status();
  await first.close();
  await expect(open(data, { backbone: defaultBackbone })).rejects.toMatchObject({
    code: 'other_space',
    message: expect.stringContaining(space),
    hint: `indexer rebuild --backbone ${defaultBackbone} moves the collection to it`,
  });

  // Without a name it is the network that the collection has.
  const { collection } = await open(data);
  expect(collection.status()).toMatchObject({ space, backbone: 'picker' });
  const job = await ended(collection, collection.rebuild({ fromCache: false, backbone: defaultBackbone }));
  expect(job).toMatchObject({ state: 'done', result: { embedded: 3, vectors: 3 } });
  await collection.close();
  expect((await open(data)).collection.status()).toMatchObject({ backbone: defaultBackbone, dim: 1280, images: 3 });
});

test('an empty collection may be opened with any network', async () => {
  const data = temporaryFolder();
  await (await open(data)).collection.close();
  expect((await open(data, { backbone: picker })).collection.status().backbone).toBe('picker');
});

test('a shipped network is remembered by its name, another by its folder', async () => {
  const data = temporaryFolder();
  for (const [flags, folder] of [
    [{}, defaultBackbone],
    [{ backbone: picker }, picker],
  ] as const) {
    const { collection } = await open(data, flags);
    const { space } = collection.status();
    await collection.close();
    const catalog = openCatalog(join(data, 'catalog.db'));
    expect(catalog.spaces.find(space)?.folder).toBe(folder);
    catalog.close();
  }
});

test('a network whose folder moved is found where it is said to be now', async () => {
  const data = temporaryFolder();
  const elsewhere = join(temporaryFolder(), 'moved');
  mkdirSync(elsewhere);
  for (const name of readdirSync(picker)) copyFileSync(join(picker, name), join(elsewhere, basename(name)));
  const first = await openWithPictures(data, { backbone: picker });
  await first.close();
  const { collection } = await open(data, { backbone: elsewhere });
  expect(collection.status()).toMatchObject({ images: 3, vectors: { count: 3 } });
});

test.each([
  ['is gone', 'backbone_not_found', (folder: string) => rmSync(folder, { recursive: true })],
  [
    'has changed',
    'other_space',
    (folder: string) => copyFileSync(join(fixtures, 'models', 'fixed-batch', 'model.json'), join(folder, 'model.json')),
  ],
])('a collection whose network %s still searches what it has, and moves to another', async (_, code, lose) => {
  const data = temporaryFolder();
  const network = join(temporaryFolder(), 'network');
  mkdirSync(network);
  for (const name of readdirSync(picker)) copyFileSync(join(picker, name), join(network, name));
  const first = await openWithPictures(data, { backbone: network });
  const { space } = first.status();
  await first.close();
  lose(network);

  const { collection } = await open(data);
  expect((await collection.search({ address: { image: 'quadrants.png' } })).results).toHaveLength(2);
  await expect(collection.ready()).rejects.toMatchObject({
    code,
    message: expect.stringMatching(/^the network of the coll/),
  });
  const upload = readFileSync(join(fixtures, 'images', 'palette.bmp'));
  await expect(collection.search({ upload })).rejects.toMatchObject({ code });
  const job = await ended(collection, collection.rebuild({ fromCache: false, backbone: defaultBackbone }));
  expect(job).toMatchObject({ state: 'done', result: { embedded: 3 } });
  const back = await ended(collection, collection.rebuild({ fromCache: false, rollback: true }));
  expect(back).toMatchObject({ state: 'failed', error: { code } });
  expect(collection.status().backbone).toBe(defaultBackbone);
  expect(collection.spaces()).toMatchObject([{ backbone: defaultBackbone, bytes: expect.any(Number) }, { id: space }]);
  await collection.dropSpace(space);
  expect(collection.spaces()).toHaveLength(1);
});

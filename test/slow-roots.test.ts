import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from './support/folder.ts';
import { runIndexer, startServe, startSwept } from './support/indexer.ts';
import { copyInto, makePictures, photographs } from './support/pictures.ts';
import { idle, idsByName, idsOf, is, serveSome } from './support/some.ts';
import { until } from './support/until.ts';

test('a root that moves away is offline, loses nothing, and is online again when it is back', async () => {
  const served = await serveSome(60);
  const [name] = served.names as [string];
  const before = await served.api.similar(name, { k: 59 });
  const ids = idsOf(await served.api.images());
  const away = join(served.place, 'away');

  // An empty folder at its place is what an unmounted disk leaves.
  for (const emptied of [false, true]) {
    renameSync(served.photos, away);
    if (emptied) mkdirSync(served.photos);
    await until('it is offline', () => is('photos', 'offline')(served));
    const during = await served.api.similar(name, { k: 59 });
    expect(during.results).toEqual(before.results.map((image) => ({ ...image, offline: true })));
    const file = await served.api.ask(`/images/${during.query!.id}/file`);
    expect([file.status, file.body.error.code]).toEqual([503, 'root_offline']);
    expect(await served.api.status()).toMatchObject({ images: 60, quarantined: 0 });

    if (emptied) rmSync(served.photos, { recursive: true });
    renameSync(away, served.photos);
    await until('it is online', () => is('photos', 'online')(served));
    expect((await served.api.similar(name, { k: 59 })).results).toEqual(before.results);
    expect(idsOf(await served.api.images())).toEqual(ids);
    expect(await idle(served)).toMatchObject({ images: 60, inferences: 60, quarantined: 0 });
  }

  // It is followed again, not only believed to be there.
  renameSync(join(served.photos, name), join(served.photos, 'renamed.jpeg'));
  await until('a new name is found', async () => (await served.api.found('renamed.jpeg')) === 200);
});

test('a folder that is away when the server starts is offline, and nothing is lost', async () => {
  const first = await serveSome(20);
  const away = join(first.place, 'away');
  expect(await first.stop()).toEqual({ code: 0, signal: null });
  renameSync(first.photos, away);
  const served = await startServe([], first.data);
  await until('it is offline', () => is('photos', 'offline')(served));
  expect(await served.api.status()).toMatchObject({ images: 20 });
  expect((await served.api.similar(first.names[0]!)).results[0]).toMatchObject({ offline: true });
  renameSync(away, first.photos);
  await until('it is online', () => is('photos', 'online')(served));
  expect(await idle(served)).toMatchObject({ images: 20, inferences: 0 });
});

test.each([
  ['moved to another place', (from: string, to: string) => renameSync(from, to)],
  // Other inode numbers, the same times; then other times as well.
  ['copied with its times', (from: string, to: string) => execFileSync('cp', ['-a', from, to])],
  ['copied without its times', (from: string, to: string) => cpSync(from, to, { recursive: true })],
])('nothing is embedded again when a root that was %s is relocated', async (_, bring) => {
  const served = await serveSome(40);
  const ids = idsByName(await served.api.images());
  const before = await served.api.similar(served.names[0]!, { k: 39 });
  const there = join(served.place, 'elsewhere', 'pictures');
  mkdirSync(join(served.place, 'elsewhere'));
  bring(served.photos, there);
  if (existsSync(served.photos)) renameSync(served.photos, join(served.place, 'old'));
  await until('it is offline', () => is('photos', 'offline')(served));

  const relocated = await runIndexer(['roots', 'relocate', 'photos', there, '--data', served.data]);
  expect([relocated.code, relocated.stderr]).toEqual([0, '']);
  await until('it is online', () => is('photos', 'online')(served));
  expect(await idle(served)).toMatchObject({ images: 40, inferences: 40, quarantined: 0 });
  expect(idsByName(await served.api.images())).toEqual(ids);
  expect((await served.api.similar(served.names[0]!, { k: 39 })).results).toEqual(before.results);
  const file = await served.api.ask(`/images/${before.query!.id}/file`);
  expect(file.status).toBe(200);

  rmSync(join(there, served.names[0]!));
  await until('the new place is followed', async () => (await served.api.found(served.names[0]!)) === 404);
});

test('a mass deletion is held until it is confirmed', async () => {
  const place = temporaryFolder();
  const [photos, data] = [join(place, 'photos'), join(place, 'data')];
  const names = await makePictures(join(photos, 'many'), 80);
  const [kept] = copyInto(photos, photographs(40)) as [string];
  const served = await startSwept([photos], data);
  rmSync(join(photos, 'many'), { recursive: true });
  await until('the removal is held', () => is('photos', 'held')(served));
  expect(await served.api.status()).toMatchObject({ images: 120, roots: [{ images: 120, held: 80 }] });
  expect((await served.api.similar(kept, { k: 1000 })).results).toHaveLength(119);
  expect(await served.api.found(`many/${names[0]}`)).toBe(200);

  const confirmed = await runIndexer(['roots', 'confirm', 'photos', '--data', data]);
  expect(confirmed.code).toBe(0);
  expect(confirmed.lines.at(-1)).toMatchObject({ type: 'summary', removed: 80 });
  expect(await idle(served)).toMatchObject({ images: 40, roots: [{ state: 'online', images: 40, held: 0 }] });
  expect((await served.api.similar(kept, { k: 1000 })).results).toHaveLength(39);
  expect(await served.api.found(`many/${names[0]}`)).toBe(404);
});

test('what changed while nothing ran is found at the next start, and nothing is embedded again', async () => {
  const first = await serveSome(30, 1);
  const [renamed, deleted] = first.names as [string, string];
  const { id } = (await first.api.images()).find(({ image }) => image === renamed)!;
  expect(await first.stop()).toEqual({ code: 0, signal: null });
  renameSync(join(first.photos, renamed), join(first.photos, 'renamed.jpeg'));
  rmSync(join(first.photos, deleted));
  copyInto(first.photos, first.more);
  const served = await startSwept([], first.data);
  expect(await served.api.status()).toMatchObject({ images: 30, inferences: 1 });
  expect(await served.api.similar('renamed.jpeg')).toMatchObject({ query: { id } });
  expect([await served.api.found(renamed), await served.api.found(deleted)]).toEqual([404, 404]);
  expect(await served.api.found(basename(first.more[0]!))).toBe(200);
});

test('links are not followed', async () => {
  const served = await serveSome(3, 2);
  const outside = join(served.place, 'outside');
  copyInto(outside, served.more.slice(0, 1));
  symlinkSync(join(outside, basename(served.more[0]!)), join(served.photos, 'link.jpg'));
  symlinkSync(outside, join(served.photos, 'folder'));
  symlinkSync(served.photos, join(served.photos, 'loop'));
  copyInto(served.photos, served.more.slice(1));
  await until('a picture after them is found', async () => (await served.api.found(basename(served.more[1]!))) === 200);
  expect(await idle(served)).toMatchObject({ images: 4, quarantined: 0 });
  for (const name of ['link.jpg', `folder/${basename(served.more[0]!)}`, `loop/${served.names[0]}`]) {
    expect([name, await served.api.found(name)]).toEqual([name, 404]);
  }
});

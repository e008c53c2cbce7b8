import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from './support/folder.ts';
import { startSwept } from './support/indexer.ts';
import { copyInto, photographs } from './support/pictures.ts';
import { until } from './support/until.ts';

test('while it serves, a picture that is copied in, renamed, deleted, or away with its disk is answered for as it is', async () => {
  const place = temporaryFolder();
  const [photos, data] = [join(place, 'photos'), join(place, 'data')];
  const files = photographs(7);
  const [last] = files.splice(-1) as [string];
  const names = copyInto(photos, files);
  const { api, lines, stop } = await startSwept([photos], data);
  expect(lines[0]).toEqual({ type: 'listening', url: api.url });
  expect(await api.status()).toMatchObject({ images: 6, inferences: 6, quarantined: 0 });
  const state = async () => (await api.status()).roots[0]!.state;

  mkdirSync(join(photos, 'new'));
  copyFileSync(last, join(photos, 'new', 'first name.jpg'));
  await until('it is found', async () => (await api.found('new/first name.jpg')) === 200);
  const first = await api.similar('new/first name.jpg');
  expect(first.results.map(({ image }) => image).sort()).toEqual(names);

  renameSync(join(photos, 'new'), join(photos, 'renamed'));
  await until('it is found under its new name', async () => (await api.found('renamed/first name.jpg')) === 200);
  const renamed = await api.similar('renamed/first name.jpg');
  expect(renamed).toMatchObject({ query: { id: first.query!.id }, results: first.results });
  expect(await api.found('new/first name.jpg')).toBe(404);

  rmSync(join(photos, 'renamed', 'first name.jpg'));
  await until('it is gone', async () => (await api.found('renamed/first name.jpg')) === 404);
  expect((await api.similar(basename(files[0]!))).results).toHaveLength(5);

  renameSync(photos, join(place, 'away'));
  await until('the root is offline', async () => (await state()) === 'offline');
  expect((await api.similar(names[0]!)).results[0]).toMatchObject({ offline: true });
  renameSync(join(place, 'away'), photos);
  await until('the root is online', async () => (await state()) === 'online');
  expect(await api.status()).toMatchObject({ images: 6, inferences: 7, quarantined: 0 });
  expect(await stop()).toEqual({ code: 0, signal: null });

  const again = await startSwept([], data);
  expect(await again.api.status()).toMatchObject({ images: 6, inferences: 0 });
});

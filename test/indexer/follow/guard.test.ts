import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mustHold, sample } from '../../../indexer/follow/guard.ts';
import { emptyFolder, folderOf, putFile, putPicture, startFollowing } from './folders.ts';

const all = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `${from + n}.jpg`);

test('a removal is held only beyond both bounds', () => {
  const max = { count: 50, fraction: 0.2 };
  expect(mustHold(50, 60, max)).toBe(false);
  expect(mustHold(51, 255, max)).toBe(false);
  expect(mustHold(51, 254, max)).toBe(true);
});

test('a sample is spread over all', () => {
  expect(sample([1, 2, 3])).toEqual([1, 2, 3]);
  expect(sample([...Array(100).keys()], 4)).toEqual([0, 25, 50, 75]);
});

test('a root that is missing goes offline, loses nothing, and comes back without a picture being read', async () => {
  const folder = await folderOf(10);
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  await f.sweep();
  await rename(folder, `${folder}-away`);
  const reads = f.reads.length;
  expect(await f.sweep()).toMatchObject({ removed: 0, unchanged: 0 });
  expect(f.state('photos')).toBe('offline');
  expect(f.collection.image({ image: '3.jpg' }).offline).toBe(true);
  await rename(`${folder}-away`, folder);
  expect(await f.sweep()).toMatchObject({ unchanged: 10, removed: 0 });
  expect(f.state('photos')).toBe('online');
  expect(f.reads).toHaveLength(reads);
});

test('confirming a root whose folder is missing removes nothing and says why', async () => {
  const folder = await folderOf(10);
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  await f.sweep();
  await rm(folder, { recursive: true });
  await f.sweep();
  expect(await f.ended(f.follower.confirm('photos'))).toMatchObject({
    state: 'failed',
    error: { code: 'root_offline' },
  });
  expect(f.images()).toHaveLength(10);
});

test('an empty mount point is offline, not a deletion, until somebody confirms it', async () => {
  const folder = await folderOf(3);
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  await f.sweep();
  for (const path of all(0, 3)) await rm(join(folder, path));
  expect(await f.sweep()).toMatchObject({ removed: 0 });
  expect(f.state('photos')).toBe('offline');
  expect(f.images()).toHaveLength(3);
  expect(await f.ended(f.follower.confirm('photos'))).toMatchObject({ result: { removed: 3 } });
  expect(f.state('photos')).toBe('online');
  expect(f.images()).toEqual([]);
});

test('another disk at the place of a root is offline, and none of its pictures is read', async () => {
  const folder = await folderOf(10);
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  await f.sweep();
  const reads = f.reads.length;
  await rename(folder, `${folder}-away`);
  await mkdir(folder);
  for (let n = 0; n < 5; n++) await putPicture(folder, `other-${n}.jpg`);
  expect(await f.sweep()).toMatchObject({ removed: 0, indexed: 0 });
  expect(f.state('photos')).toBe('offline');
  expect(f.reads).toHaveLength(reads);
  await rm(`${folder}-away`, { recursive: true });
});

test('the few pictures of a small root may be exchanged', async () => {
  const folder = await folderOf(2);
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  await f.sweep();
  for (const path of all(0, 2)) await rm(join(folder, path));
  await putPicture(folder, 'new.jpg');
  expect(await f.sweep()).toMatchObject({ removed: 2, indexed: 1 });
  expect(f.state('photos')).toBe('online');
});

test('more than 50 pictures and a fifth gone are held, until they are back', async () => {
  const folder = await folderOf(200);
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  await f.sweep();
  expect(() => f.follower.confirm('photos')).toThrow(expect.objectContaining({ code: 'nothing_held' }));
  for (const path of all(0, 60)) await rm(join(folder, path));
  expect(await f.sweep()).toMatchObject({ removed: 0, unchanged: 140 });
  expect(f.collection.roots.get('photos')).toMatchObject({ state: 'held', held: 60, images: 200 });
  for (const path of all(0, 20)) await putPicture(folder, path);
  expect(await f.sweep()).toMatchObject({ removed: 40, inferences: 0 });
  expect(f.collection.roots.get('photos')).toMatchObject({ state: 'online', held: 0, images: 160 });
});

test('a held removal happens when it is confirmed', async () => {
  const folder = await folderOf(100);
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  await f.sweep();
  for (const path of all(0, 60)) await rm(join(folder, path));
  await f.sweep();
  expect(f.state('photos')).toBe('held');
  expect(await f.ended(f.follower.confirm('photos'))).toMatchObject({ result: { removed: 60, unchanged: 40 } });
  expect(f.collection.roots.get('photos')).toMatchObject({ state: 'online', images: 40 });
});

test('pictures of an empty mount point are not taken for renamed when their copies turn up in another root', async () => {
  const [disk, other] = [await folderOf(6), await emptyFolder()];
  await putPicture(other, 'x.jpg');
  const f = startFollowing();
  await f.follower.add(disk, { name: 'disk' });
  await f.follower.add(other, { name: 'other' });
  await f.sweep();
  for (const path of all(0, 6)) await rm(join(disk, path));
  await putPicture(other, 'copy.jpg', { what: '3.jpg' });
  expect(await f.sweep('other')).toMatchObject({ reused: 1 });
  expect(f.images('disk')).toHaveLength(6);
  // A folder that has something in it is believed: the picture moved.
  await writeFile(join(disk, 'left.txt'), '');
  const { id } = f.collection.image({ root: 'disk', image: '4.jpg' });
  await putPicture(other, 'moved.jpg', { what: '4.jpg' });
  await f.sweep('other');
  expect(f.collection.image({ root: 'other', image: 'moved.jpg' }).id).toBe(id);
});

test('a file that took the place of a known folder leaves nothing behind', async () => {
  const folder = await folderOf(8);
  await putPicture(folder, 'a/b.jpg');
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  await f.sweep();
  await rm(join(folder, 'a'), { recursive: true });
  await putFile(folder, 'a', 'a file');
  expect(await f.sweep()).toMatchObject({ removed: 1, unchanged: 8 });
});

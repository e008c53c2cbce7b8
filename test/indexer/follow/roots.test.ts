import { cp, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder, folderOf, putFile, putPicture, startFollowing } from './folders.ts';

const code = (name: string) => expect.objectContaining({ code: name });

test('a folder that is followed already, also through a link, is that root', async () => {
  const [folder, links] = [await folderOf(1), await emptyFolder()];
  await symlink(folder, join(links, 'link'));
  const f = startFollowing();
  const root = await f.follower.add(folder, { name: 'photos' });
  expect(await f.follower.add(join(links, 'link'), { name: 'again' })).toEqual(root);
  expect(f.collection.roots.list()).toHaveLength(1);
});

test('a root in another root, or around it, is refused, also through a link', async () => {
  const folder = await folderOf(1);
  const links = await emptyFolder();
  await mkdir(join(folder, 'inner/deep'), { recursive: true });
  await symlink(join(folder, 'inner/deep'), join(links, 'link'));
  const f = startFollowing();
  await f.follower.add(join(folder, 'inner'));
  await expect(f.follower.add(folder)).rejects.toEqual(code('root_exists'));
  await expect(f.follower.add(join(links, 'link'))).rejects.toEqual(code('root_exists'));
  await mkdir(join(folder, 'inner2'));
  expect(await f.follower.add(join(folder, 'inner2'))).toMatchObject({ name: 'inner2' });
});

test('a missing folder, a file and the data folder cannot be roots', async () => {
  const folder = await folderOf(1);
  const f = startFollowing({ dataFolder: folder });
  await expect(f.follower.add(join(folder, 'nothing'))).rejects.toEqual(code('folder_not_found'));
  await expect(f.follower.add(join(folder, '0.jpg'))).rejects.toEqual(code('folder_not_found'));
  await expect(f.follower.add(folder)).rejects.toEqual(code('invalid_request'));
});

test('a sweep over an unknown root is refused at once', () => {
  const f = startFollowing();
  expect(() => f.follower.sweep(['nobody'])).toThrow(code('root_not_found'));
  expect(() => f.follower.confirm('nobody')).toThrow(code('root_not_found'));
});

test('only the named roots are swept, and their counts are added up', async () => {
  const f = startFollowing();
  for (const name of ['a', 'b', 'c']) await f.follower.add(await folderOf(3), { name });
  await putFile(f.collection.roots.get('a').path, 'bad.jpg', 'hello');
  await putFile(f.collection.roots.get('c').path, 'bad.jpg', 'hello');
  expect(await f.sweep('c')).toMatchObject({ indexed: 3, failed: 1, quarantined: 1 });
  expect(await f.sweep('a', 'b')).toMatchObject({ reused: 6, inferences: 0, failed: 1, quarantined: 1 });
});

test('a picture that moved to another root keeps its id', async () => {
  const [from, to] = [await folderOf(3), await emptyFolder()];
  const f = startFollowing();
  await f.follower.add(from, { name: 'from' });
  await f.follower.add(to, { name: 'to' });
  await f.sweep();
  const { id } = f.collection.image({ image: '1.jpg' });
  await rename(join(from, '1.jpg'), join(to, 'one.jpg'));
  await f.sweep('to');
  expect(f.collection.image({ image: 'one.jpg' })).toMatchObject({ id, root: 'to' });
  expect(f.images('from')).toEqual(['0.jpg', '2.jpg']);
});

test('a renamed root keeps its images, a removed one takes them along', async () => {
  const f = startFollowing();
  await f.follower.add(await folderOf(3), { name: 'photos' });
  await f.sweep();
  expect(await f.follower.rename('photos', 'pictures')).toMatchObject({ name: 'pictures', images: 3 });
  expect(await f.sweep('pictures')).toMatchObject({ unchanged: 3 });
  await f.follower.remove('pictures');
  expect(f.images()).toEqual([]);
  await expect(f.follower.remove('pictures')).rejects.toEqual(code('root_not_found'));
});

test('a root that moved is found again at its new place, and nothing is read', async () => {
  const [folder, disk] = [await folderOf(30), await emptyFolder()];
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  await f.sweep();
  const ids = f.collection.images().images.map(({ id }) => id);
  const reads = f.reads.length;
  await cp(folder, join(disk, 'here'), { recursive: true, preserveTimestamps: true });
  await rm(folder, { recursive: true });
  await f.sweep();
  expect(f.state('photos')).toBe('offline');
  expect(await f.follower.relocate('photos', join(disk, 'here'))).toMatchObject({ state: 'online', images: 30 });
  expect(await f.sweep()).toMatchObject({ inferences: 0, indexed: 0, removed: 0 });
  expect(f.collection.images().images.map(({ id }) => id)).toEqual(ids);
  expect(f.state('photos')).toBe('online');
  expect(f.reads.length - reads).toBeLessThanOrEqual(30);
});

test('a root is not relocated to a folder with other pictures, nor to one that is missing or followed', async () => {
  const [folder, other] = [await folderOf(5), await emptyFolder()];
  await putPicture(other, '0.jpg', { what: 'a longer picture under a known name' });
  await putPicture(other, '1.jpg');
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  await f.sweep();
  await expect(f.follower.relocate('photos', other)).rejects.toThrow(/of 5 known files looked for in .*, 1 were found/);
  await expect(f.follower.relocate('photos', join(other, 'x'))).rejects.toEqual(code('folder_not_found'));
  await expect(f.follower.relocate('nobody', other)).rejects.toEqual(code('root_not_found'));
  await f.follower.add(other, { name: 'other' });
  await expect(f.follower.relocate('photos', other)).rejects.toEqual(code('root_exists'));
  expect(f.collection.roots.get('photos').path).toBe(folder);
});

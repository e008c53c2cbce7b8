import { chmod, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder, folderOf, putFile, putPicture, startFollowing, until } from './folders.ts';
import type { TinyCollection } from './tiny-collection.ts';

test('a sweep indexes every picture once, and a second one calls nothing', async () => {
  const folder = await folderOf(12);
  await putPicture(folder, 'copy.jpg', { what: '3.jpg' });
  await putFile(folder, 'notes.txt', 'no picture');
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  expect(f.state('photos')).toBe('sweeping');
  expect(await f.sweep()).toMatchObject({
    indexed: 12,
    reused: 1,
    unchanged: 0,
    inferences: 12,
    ignored: 1,
    failed: 0,
  });
  expect(f.state('photos')).toBe('online');
  const reads = f.reads.length;
  expect(await f.sweep()).toMatchObject({ indexed: 0, reused: 0, unchanged: 13, inferences: 0, ignored: 1 });
  expect(f.reads).toHaveLength(reads);
});

test('a picture that changed is read again, a deleted one leaves the results', async () => {
  const folder = await folderOf(8);
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  await f.sweep();
  await putPicture(folder, '0.jpg', { what: 'something else' });
  await rm(join(folder, '1.jpg'));
  expect(await f.sweep()).toMatchObject({ indexed: 1, removed: 1, unchanged: 6 });
  expect(f.images()).toEqual(['0.jpg', '2.jpg', '3.jpg', '4.jpg', '5.jpg', '6.jpg', '7.jpg']);
});

test('a renamed tree of 500 files keeps its ids, runs no network and leaves the index untouched', async () => {
  const folder = await emptyFolder();
  for (let n = 0; n < 500; n++) await putPicture(folder, `old/${n % 10}/${n}.jpg`);
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  await f.sweep();
  const id = f.collection.image({ image: 'old/7/17.jpg' }).id;
  const applied = f.applied();
  await rename(join(folder, 'old'), join(folder, 'new'));
  expect(await f.sweep()).toMatchObject({ reused: 500, removed: 0, inferences: 0, indexed: 0 });
  expect(f.applied()).toBe(applied);
  expect(f.collection.image({ image: 'new/7/17.jpg' }).id).toBe(id);
  expect(f.images()).toHaveLength(500);
});

test('names with spaces, of both Unicode forms and of 200 characters are kept as they are on the disk', async () => {
  const folder = await emptyFolder();
  const names = ['a b  c.jpg', 'é.jpg'.normalize('NFC'), 'ü.jpg'.normalize('NFD'), `${'x'.repeat(196)}.jpg`, '猫.JPG'];
  for (const name of names) await putPicture(folder, name);
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  expect(await f.sweep()).toMatchObject({ indexed: names.length });
  expect(f.images()).toEqual([...names].sort());
  expect(await f.sweep()).toMatchObject({ unchanged: names.length });
});

test('links are not followed, but the root itself may be one', async () => {
  const [folder, outside, links] = [await folderOf(1), await folderOf(3), await emptyFolder()];
  await symlink(join(outside, '1.jpg'), join(folder, 'file.jpg'));
  await symlink(outside, join(folder, 'folder'));
  await symlink(folder, join(links, 'album'));
  const f = startFollowing();
  expect(await f.follower.add(join(links, 'album'))).toMatchObject({ name: 'album', path: folder });
  expect(await f.sweep()).toMatchObject({ indexed: 1 });
  expect(f.images()).toEqual(['0.jpg']);
});

test('a broken file is quarantined once, counted as new once, and tried again when it changes', async () => {
  const folder = await folderOf(6);
  await putFile(folder, 'empty.jpg', '');
  await putFile(folder, 'text.jpg', 'hello');
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  expect(await f.sweep()).toMatchObject({ indexed: 6, failed: 2, quarantined: 2 });
  const reads = f.reads.length;
  expect(await f.sweep()).toMatchObject({ unchanged: 6, failed: 0, quarantined: 2 });
  expect(f.reads).toHaveLength(reads);
  await putPicture(folder, 'text.jpg');
  expect(await f.sweep()).toMatchObject({ unchanged: 6, indexed: 1, failed: 0, quarantined: 1 });
  await rm(join(folder, 'empty.jpg'));
  expect(await f.sweep()).toMatchObject({ removed: 1, quarantined: 0 });
});

test('a file that could not be opened is tried again when it can be, though it has not changed', async () => {
  const folder = await folderOf(3);
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  const asRoot = process.geteuid?.() === 0;
  await chmod(folder, 0o755);
  await chmod(join(folder, '1.jpg'), 0o000);
  if (asRoot) process.seteuid!(65_534);
  try {
    expect(await f.sweep()).toMatchObject({ indexed: 2, failed: 1 });
    expect(f.collection.failures()).toMatchObject([{ image: '1.jpg', reason: 'unreadable' }]);
    expect(await f.sweep()).toMatchObject({ failed: 0, quarantined: 1 });
  } finally {
    if (asRoot) process.seteuid!(0);
  }
  await chmod(join(folder, '1.jpg'), 0o644);
  expect(await f.sweep()).toMatchObject({ indexed: 1, quarantined: 0 });
});

test('what is known under a folder that cannot be read is not gone', async () => {
  const folder = await folderOf(3);
  await putPicture(folder, 'closed/a.jpg');
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  await f.sweep();
  await rm(join(folder, '1.jpg'));
  await chmod(join(folder, 'closed'), 0o000);
  const asRoot = process.geteuid?.() === 0;
  await chmod(folder, 0o755);
  if (asRoot) process.seteuid!(65_534);
  try {
    expect(await f.sweep()).toMatchObject({ removed: 1, unchanged: 2 });
  } finally {
    if (asRoot) process.seteuid!(0);
    await chmod(join(folder, 'closed'), 0o755);
  }
  expect(f.images()).toEqual(['0.jpg', '2.jpg', 'closed/a.jpg']);
  expect(f.warnings).toMatchObject([{ fields: { paths: ['closed'] } }]);
});

test('a file that is being copied is read once, when it is whole', async () => {
  const folder = await emptyFolder();
  await putFile(folder, 'slow.jpg', 'picture');
  const f = startFollowing({ timing: { settle: 500 } });
  await f.follower.add(folder, { name: 'photos' });
  const sweep = f.sweep();
  for (let part = 0; part < 8; part++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    await writeFile(join(folder, 'slow.jpg'), ` part ${part}`, { flag: 'a' });
  }
  await writeFile(join(folder, 'slow.jpg'), ' END', { flag: 'a' });
  expect(await sweep).toMatchObject({ indexed: 1, failed: 0 });
  expect(f.reads).toHaveLength(1);
});

test('a file that looked whole too early is read once more at the end of the same sweep', async () => {
  const folder = await emptyFolder();
  await putFile(folder, 'stalled.jpg', 'picture, half');
  const f = startFollowing({ timing: { retries: [400] } });
  await f.follower.add(folder, { name: 'photos' });
  const sweep = f.sweep();
  await until(() => f.outcomes.some((o) => o.type === 'failed'));
  await writeFile(join(folder, 'stalled.jpg'), ' END', { flag: 'a' });
  expect(await sweep).toMatchObject({ indexed: 1, failed: 0, quarantined: 0 });
});

test('files that a new rule leaves out leave the results', async () => {
  const folder = await folderOf(4);
  await putPicture(folder, 'raw/a.jpg');
  const data = await emptyFolder();
  const first = startFollowing({}, join(data, 'catalog.db'));
  await first.follower.add(folder, { name: 'photos' });
  await first.sweep();
  await first.follower.close();
  await first.collection.close();
  const second = startFollowing({ exclude: ['raw'] }, join(data, 'catalog.db'));
  expect(await second.sweep()).toMatchObject({ unchanged: 4, removed: 1 });
});

test('never more files are read at once than asked for, and a second sweep waits for the first', async () => {
  const folder = await folderOf(40);
  const f = startFollowing({ concurrency: 3 });
  await f.follower.add(folder, { name: 'photos' });
  const [first, second] = await Promise.all([f.sweep(), f.sweep()]);
  expect(first).toMatchObject({ indexed: 40, inferences: 40 });
  expect(second).toMatchObject({ unchanged: 40, indexed: 0 });
  expect(f.most()).toBe(3);
});

/** From the moment that so many pictures are done every read waits for `until`. Resolves at that moment. */
function holdAfter(f: Pick<TinyCollection, 'collection' | 'hold'>, count: number, until: Promise<void>): Promise<void> {
  let done = 0;
  return new Promise((resolve) => {
    f.collection.subscribe(() => {
      if (++done !== count) return;
      f.hold(until);
      resolve();
    });
  });
}

test('a cancelled sweep stops soon, keeps what is committed, and the next one goes on from there', async () => {
  const folder = await folderOf(50);
  const f = startFollowing({ concurrency: 2 });
  await f.follower.add(folder, { name: 'photos' });
  let release = () => {};
  const held = holdAfter(f, 5, new Promise<void>((resolve) => (release = resolve)));
  const job = f.follower.sweep();
  await held;
  const cancelled = f.collection.jobs.cancel(job.id);
  release();
  expect(await cancelled).toMatchObject({ state: 'cancelled' });
  const committed = f.images().length;
  expect(committed).toBeLessThan(50);
  expect(f.follower.progress().pending).toBe(0);
  f.hold(Promise.resolve());
  expect(await f.sweep()).toMatchObject({ unchanged: committed, indexed: 50 - committed });
});

test('progress tells what is pending, the rate and the time left', async () => {
  const folder = await folderOf(30);
  const f = startFollowing({ concurrency: 1 });
  expect(f.follower.progress()).toEqual({ pending: 0, rate: null, secondsLeft: 0 });
  await f.follower.add(folder, { name: 'photos' });
  let release = () => {};
  const held = holdAfter(f, 10, new Promise<void>((resolve) => (release = resolve)));
  const job = f.follower.sweep();
  await held;
  // The tenth is told of a moment before it is counted.
  await until(() => f.follower.progress().pending <= 20);
  const { pending, rate, secondsLeft } = f.follower.progress();
  expect(pending).toBeGreaterThan(0);
  expect(rate).toBeGreaterThan(0);
  expect(secondsLeft).toBeGreaterThan(0);
  release();
  expect(await f.ended(job)).toMatchObject({ state: 'done', done: 30, total: 30 });
  expect(f.follower.progress().pending).toBe(0);
});

test('what is on the disk and not known yet is pending', async () => {
  const folder = await folderOf(2);
  await putFile(folder, 'broken.jpg', 'hello');
  await putFile(folder, 'notes.txt', 'hello');
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  expect(await f.follower.isPending('0.jpg')).toBe(true);
  expect(await f.follower.isPending('0.jpg', 'photos')).toBe(true);
  expect(await f.follower.isPending('9.jpg')).toBe(false);
  expect(await f.follower.isPending('notes.txt')).toBe(false);
  expect(await f.follower.isPending('../0.jpg')).toBe(false);
  expect(await f.follower.isPending('a\0.jpg')).toBe(false);
  await f.sweep();
  expect(await f.follower.isPending('0.jpg')).toBe(false);
  expect(await f.follower.isPending('broken.jpg')).toBe(false);
  await mkdir(join(folder, 'x'));
  await putPicture(folder, 'x/ä.jpg'.normalize('NFD'));
  expect(await f.follower.isPending('x/ä.jpg'.normalize('NFC'))).toBe(true);
});

test('a copy on another disk, with other times, is recognised by its bytes', async () => {
  const folder = await folderOf(10);
  const f = startFollowing();
  await f.follower.add(folder, { name: 'photos' });
  await f.sweep();
  const time = new Date('2020-01-01');
  for (let n = 0; n < 10; n++) await utimes(join(folder, `${n}.jpg`), time, time);
  expect(await f.sweep()).toMatchObject({ unchanged: 10, inferences: 0, indexed: 0 });
});

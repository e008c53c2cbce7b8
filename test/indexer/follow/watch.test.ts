import { appendFile, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyFolder, type Following, folderOf, putFile, putPicture, startFollowing, until } from './folders.ts';

/** A root `photos` with pictures 0.jpg, 1.jpg, …, swept once and watched. */
async function watching(
  count: number,
  o: Parameters<typeof startFollowing>[0] = {},
): Promise<Following & { folder: string }> {
  const folder = await folderOf(count);
  const f = startFollowing({ watch: 'native', ...o });
  await f.follower.add(folder, { name: 'photos' });
  await f.follower.start();
  await until(() => f.state('photos') === 'online' && f.images().length === count);
  return { ...f, folder };
}

describe.each(['native', 'poll'] as const)('watching (%s)', (watch) => {
  test('a copied-in picture is found, a renamed one keeps its id without a network run, a deleted one is gone', async () => {
    const f = await watching(4, { watch });
    await putPicture(f.folder, 'new.jpg', { now: true });
    await until(() => f.images().includes('new.jpg'));
    const { id } = f.collection.image({ image: 'new.jpg' });
    const { inferences } = f.collection.status();
    await rename(join(f.folder, 'new.jpg'), join(f.folder, 'newer.jpg'));
    await until(() => f.images().includes('newer.jpg') && !f.images().includes('new.jpg'));
    expect(f.collection.image({ image: 'newer.jpg' }).id).toBe(id);
    await rm(join(f.folder, 'newer.jpg'));
    await until(() => f.images().length === 4);
    expect(f.collection.status().inferences).toBe(inferences);
    expect(f.follower.progress().pending).toBe(0);
  });

  test('a changed picture is read again', async () => {
    const f = await watching(3, { watch });
    const { content } = f.collection.image({ image: '1.jpg' });
    await putPicture(f.folder, '1.jpg', { what: 'another', now: true });
    await until(() => f.collection.image({ image: '1.jpg' }).content !== content);
  });
});

test('a new folder with pictures in it is found, and so is one moved in with folders below', async () => {
  const f = await watching(2);
  const outside = await emptyFolder();
  for (let n = 0; n < 20; n++) await putPicture(outside, `tree/${n % 3}/deep/${n}.jpg`);
  await mkdir(join(f.folder, 'made'));
  await putPicture(f.folder, 'made/a.jpg', { now: true });
  await rename(join(outside, 'tree'), join(f.folder, 'tree'));
  await until(() => f.images().length === 23);
});

test('what came into a new folder before it was watched is found all the same', async () => {
  const events: ((event: { type: 'changed'; path: string }) => void)[] = [];
  const f = await watching(1, {
    openNative(_root, _rules, on) {
      events.push(on.event);
      on.ready();
      return { close: async () => {} };
    },
  });
  await putPicture(f.folder, 'made/a.jpg', { now: true });
  await putPicture(f.folder, 'made/below/b.jpg', { now: true });
  events[0]!({ type: 'changed', path: 'made' });
  events[0]!({ type: 'changed', path: 'made/below' });
  await until(() => f.images().length === 3);
});

test('a picture that is being written is read when it is whole, not before', async () => {
  const f = await watching(1, { timing: { settle: 500 } });
  const file = join(f.folder, 'slow.jpg');
  await writeFile(file, 'picture');
  for (let part = 0; part < 10; part++) {
    await new Promise((resolve) => setTimeout(resolve, 15));
    await appendFile(file, ` part ${part}`);
  }
  await appendFile(file, ' END');
  await until(() => f.images().includes('slow.jpg'));
  expect(f.outcomes.filter((o) => o.image === 'slow.jpg' && o.type === 'failed')).toEqual([]);
});

test('a copy that stalls and goes on without an event is read again a little later', async () => {
  let event: (event: { type: 'changed'; path: string }) => void = () => {};
  const f = await watching(1, {
    openNative(_root, _rules, on) {
      event = on.event;
      on.ready();
      return { close: async () => {} };
    },
  });
  await putFile(f.folder, 'stalled.jpg', 'picture, half');
  event({ type: 'changed', path: 'stalled.jpg' });
  await until(() => f.collection.failures().length === 1);
  await appendFile(join(f.folder, 'stalled.jpg'), ' END');
  await until(() => f.images().includes('stalled.jpg'));
  expect(f.collection.failures()).toEqual([]);
});

test('what changes while it is being read is read again', async () => {
  const f = await watching(1);
  let release = () => {};
  f.hold(new Promise<void>((resolve) => (release = resolve)));
  await putPicture(f.folder, 'a.jpg', { what: 'first', now: true });
  await until(() => f.reads.some((path) => path.endsWith('a.jpg')));
  await putPicture(f.folder, 'a.jpg', { what: 'second, longer', now: true });
  release();
  await until(() => f.images().includes('a.jpg') && f.collection.image({ image: 'a.jpg' }).bytes === 26);
});

test('a renamed folder of many pictures keeps every id', async () => {
  const f = await watching(1);
  const outside = await emptyFolder();
  for (let n = 0; n < 120; n++) await putPicture(outside, `a/${n}.jpg`);
  await cp(join(outside, 'a'), join(f.folder, 'a'), { recursive: true });
  await until(() => f.images().length === 121);
  const id = f.collection.image({ image: 'a/77.jpg' }).id;
  const { inferences } = f.collection.status();
  await rename(join(f.folder, 'a'), join(f.folder, 'b'));
  await until(() => f.images().length === 121 && f.images().filter((i) => i.startsWith('b/')).length === 120);
  expect(f.collection.image({ image: 'b/77.jpg' }).id).toBe(id);
  expect(f.collection.status().inferences).toBe(inferences);
});

test('a few deleted pictures are removed at once, a large deletion is held', async () => {
  const f = await watching(120);
  for (let n = 0; n < 10; n++) await rm(join(f.folder, `${n}.jpg`));
  await until(() => f.images().length === 110);
  await Promise.all(Array.from({ length: 70 }, (_, n) => rm(join(f.folder, `${n + 10}.jpg`))));
  await until(() => f.state('photos') === 'held');
  expect(f.images().length).toBeGreaterThan(59);
  await f.ended(f.follower.confirm('photos'));
  expect(f.images()).toHaveLength(40);
});

test('all pictures of a small root may be deleted while it is watched', async () => {
  const f = await watching(3);
  for (let n = 0; n < 3; n++) await rm(join(f.folder, `${n}.jpg`));
  await until(() => f.images().length === 0);
  expect(f.state('photos')).toBe('online');
});

test('a root that is moved away while it is watched goes offline and loses nothing; back at its place it is watched again', async () => {
  const f = await watching(20);
  const reads = f.reads.length;
  await rename(f.folder, `${f.folder}-away`);
  await until(() => f.state('photos') === 'offline');
  await rename(`${f.folder}-away`, f.folder);
  await until(() => f.state('photos') === 'online');
  expect(f.images()).toHaveLength(20);
  expect(f.outcomes.filter(({ type }) => type === 'removed')).toEqual([]);
  expect(f.reads).toHaveLength(reads);
  await putPicture(f.folder, 'new.jpg', { now: true });
  await until(() => f.images().includes('new.jpg'));
});

test('a root whose folder is deleted with everything in it goes offline and loses nothing', async () => {
  const f = await watching(20);
  await rename(f.folder, `${f.folder}-away`);
  await rm(`${f.folder}-away`, { recursive: true });
  await until(() => f.state('photos') === 'offline');
  expect(f.images()).toHaveLength(20);
});

test('an empty folder at the place of a watched root is offline; a copy of the disk brings it back, and nothing is embedded', async () => {
  const f = await watching(20);
  const { inferences } = f.collection.status();
  await rename(f.folder, `${f.folder}-away`);
  await mkdir(f.folder);
  await until(() => f.state('photos') === 'offline');
  expect(f.images()).toHaveLength(20);
  await cp(`${f.folder}-away`, f.folder, { recursive: true });
  await until(() => f.state('photos') === 'online' && f.images().length === 20);
  expect(f.collection.status().inferences).toBe(inferences);
  await rm(`${f.folder}-away`, { recursive: true });
});

test('a root that was offline at the start is followed when it appears', async () => {
  const folder = await folderOf(5);
  const f = startFollowing({ watch: 'native' });
  await f.follower.add(folder, { name: 'photos' });
  await rename(folder, `${folder}-away`);
  await f.follower.start();
  await until(() => f.state('photos') === 'offline');
  await rename(`${folder}-away`, folder);
  await until(() => f.state('photos') === 'online' && f.images().length === 5);
});

test('a root that is added, renamed or removed while it watches is followed under its name', async () => {
  const f = await watching(2);
  const other = await folderOf(3);
  await f.follower.add(other, { name: 'other' });
  await until(() => f.state('other') === 'online');
  await f.follower.rename('other', 'else');
  await until(() => f.state('else') === 'online');
  await putPicture(other, 'new.jpg', { now: true });
  await until(() => f.images('else').includes('new.jpg'));
  await f.follower.remove('else');
  expect(f.images()).toHaveLength(2);
});

test('what no event told of is found by the timed sweep', async () => {
  const f = await watching(2, { watch: 'off', sweepEvery: 100 });
  await putPicture(f.folder, 'new.jpg');
  await until(() => f.images().includes('new.jpg'));
  await rm(join(f.folder, '0.jpg'));
  await until(() => !f.images().includes('0.jpg'));
});

test('closing ends everything, also in the middle of a first sweep', async () => {
  const folder = await folderOf(30);
  const f = startFollowing({ watch: 'native' });
  await f.follower.add(folder, { name: 'photos' });
  await f.follower.start();
  await until(() => f.images().length > 3);
  await f.follower.close();
  const { length } = f.images();
  expect(f.collection.jobs.list().map(({ state }) => state)).not.toContain('running');
  expect(() => f.follower.sweep()).toThrow(expect.objectContaining({ code: 'closed' }));
  await putPicture(folder, 'late.jpg');
  expect(f.images()).toHaveLength(length);
});

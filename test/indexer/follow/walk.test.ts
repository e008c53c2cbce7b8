import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createRules } from '../../../indexer/follow/ignore.ts';
import { walk } from '../../../indexer/follow/walk.ts';
import { emptyFolder, putFile } from './folders.ts';

async function found(folder: string, under?: string): Promise<string[]> {
  const { files } = await walk(folder, createRules(folder), under === undefined ? {} : { under });
  return files.map(({ path }) => path);
}

test('files come in natural order, with size and times', async () => {
  const folder = await emptyFolder();
  for (const name of ['10.jpg', '9.jpg', 'b/2.jpg', 'b/10.jpg', 'a.jpg', 'B.jpg']) await putFile(folder, name, name);
  expect(await found(folder)).toEqual(['9.jpg', '10.jpg', 'B.jpg', 'a.jpg', 'b/2.jpg', 'b/10.jpg']);
  const [first] = (await walk(folder, createRules(folder))).files;
  expect(first).toMatchObject({ bytes: 5, mtimeMs: expect.any(Number), ctimeMs: expect.any(Number) });
  expect(await found(folder, 'b')).toEqual(['b/2.jpg', 'b/10.jpg']);
});

test('links, sockets and pipes are not seen, whatever their names', async () => {
  const folder = await emptyFolder();
  await putFile(folder, 'real.jpg', 'x');
  await symlink(join(folder, 'real.jpg'), join(folder, 'link.jpg'));
  await symlink(folder, join(folder, 'loop'));
  execFileSync('mkfifo', [join(folder, 'pipe.jpg')]);
  const server = createServer().listen(join(folder, 'socket.jpg'));
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  expect(await found(folder)).toEqual(['real.jpg']);
});

test('what is no picture is counted by its ending', async () => {
  const folder = await emptyFolder();
  for (const name of ['a.txt', 'x/b.TXT', 'c', '.hidden', '.d/e.txt']) await putFile(folder, name, 'x');
  expect([...(await walk(folder, createRules(folder))).others].sort()).toEqual([
    ['', 1],
    ['txt', 2],
  ]);
});

test('a root that is missing is unreadable, and so is a name that is not valid UTF-8', async () => {
  const folder = await emptyFolder();
  await writeFile(Buffer.concat([Buffer.from(`${folder}/bad-`), Buffer.from([0xff]), Buffer.from('.jpg')]), 'x');
  expect((await walk(folder, createRules(folder))).unreadable).toEqual(['bad-\uFFFD.jpg']);
  await rm(folder, { recursive: true });
  expect(await walk(folder, createRules(folder))).toMatchObject({ files: [], unreadable: [''] });
});

test('an abort ends the walk', async () => {
  const folder = await emptyFolder();
  await putFile(folder, 'a/b.jpg', 'x');
  await expect(walk(folder, createRules(folder), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
    'enough',
  );
});

test('the event loop turns while many files are walked', async () => {
  const folder = await emptyFolder();
  await mkdir(join(folder, 'a'));
  await Promise.all(Array.from({ length: 600 }, (_, n) => writeFile(join(folder, 'a', `${n}.jpg`), '')));
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const walking = walk(folder, createRules(folder));
  expect((await walking).files).toHaveLength(600);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(3);
});

import { appendFile, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isSettled, type Seen, settle } from '../../../indexer/follow/settle.ts';
import { emptyFolder, putFile } from './folders.ts';

const hour = 3_600_000;
const seen = (o: Partial<Seen> = {}): Seen => ({ bytes: 1, mtimeMs: Date.now(), ctimeMs: Date.now(), at: 0, ...o });

test('an old file is settled; a new one when it looked the same a step before', () => {
  const old = { mtimeMs: Date.now() - hour, ctimeMs: Date.now() - hour };
  expect(isSettled(seen({ bytes: 5 }), seen(old), 250)).toBe(true);
  const now = seen({ at: 300 });
  expect(isSettled({ ...now, at: 0 }, now, 250)).toBe(true);
  expect(isSettled({ ...now, at: 200 }, now, 250)).toBe(false);
  expect(isSettled({ ...now, at: 0, bytes: 2 }, now, 250)).toBe(false);
});

test('a time in the future, or one that a copying program set back, does not make a file old', () => {
  const ahead = seen({ mtimeMs: Date.now() + hour, at: 100 });
  expect(isSettled({ ...ahead, at: 0 }, ahead, 250)).toBe(false);
  const back = seen({ mtimeMs: Date.now() - hour, at: 100 });
  expect(isSettled({ ...back, at: 0 }, back, 250)).toBe(false);
});

test('a file that grows is waited for, up to the end of patience', async () => {
  const folder = await emptyFolder();
  await putFile(folder, 'a.jpg', 'x');
  let writing = true;
  const writer = (async () => {
    while (writing) {
      await appendFile(join(folder, 'a.jpg'), 'x');
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  expect(await settle(join(folder, 'a.jpg'), { step: 100, patience: 250 })).toBe('restless');
  writing = false;
  await writer;
  expect(await settle(join(folder, 'a.jpg'), { step: 20 })).toMatchObject({ bytes: expect.any(Number) });
});

test('a file that vanishes is gone', async () => {
  const folder = await emptyFolder();
  await putFile(folder, 'a.jpg', 'x');
  const settling = settle(join(folder, 'a.jpg'), { step: 100 });
  await rm(join(folder, 'a.jpg'));
  expect(await settling).toBe('gone');
});

test('after a hint a file is looked at twice, however old it says it is', async () => {
  const folder = await emptyFolder();
  const path = join(folder, 'a.jpg');
  await putFile(folder, 'a.jpg', 'x');
  await utimes(path, 1, 1);
  const settling = settle(path, { step: 100, hinted: true });
  await rm(path);
  expect(await settling).toBe('gone');
});

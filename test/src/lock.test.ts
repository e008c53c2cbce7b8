import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { forkable } from '../../src/files.ts';
import { acquireLock, type Lock, readHolder } from '../../src/lock.ts';
import { temporaryFolder } from './engine.ts';

const holder = { pid: 12, url: 'http://127.0.0.1:7700', token: 'secret' };

function acquired(folder: string): Lock {
  const lock = acquireLock(folder);
  if (!lock) throw new Error('another process has it');
  onTestFinished(() => lock.release());
  return lock;
}

/** A real other process that takes the lock, or not. */
async function startHolder(folder: string): Promise<{ child: ChildProcess; got: boolean }> {
  const { path, execArgv } = forkable(new URL('./lock-holder', import.meta.url));
  const child = fork(path, [folder], { execArgv });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [got] = (await once(child, 'message')) as [boolean];
  return { child, got };
}

test('what another process holds cannot be taken, and is free as soon as that process is killed', async () => {
  const folder = temporaryFolder();
  const { child, got } = await startHolder(folder);
  expect(got).toBe(true);
  expect(acquireLock(folder)).toBeNull();
  expect(readHolder(folder)).toEqual({ pid: child.pid, url: 'http://127.0.0.1:1', token: 'secret' });
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(join(folder, 'holder.json'))).toBe(true);
  acquired(folder);
  // What the killed process announced leads nowhere.
  expect(readHolder(folder)).toBeNull();
});

test('what this process holds no other one gets, until it is released', async () => {
  const folder = temporaryFolder();
  const lock = acquireLock(folder)!;
  lock.announce(holder);
  const refused = await startHolder(folder);
  expect(refused.got).toBe(false);
  expect(readHolder(folder)).toEqual(holder);
  lock.release();
  expect(existsSync(join(folder, 'holder.json'))).toBe(false);
  expect((await startHolder(folder)).got).toBe(true);
});

test('a second try in the same process gets nothing, and takes nothing from the first', async () => {
  const folder = temporaryFolder();
  acquired(folder).announce(holder);
  expect(acquireLock(folder)).toBeNull();
  expect(readHolder(folder)).toEqual(holder);
  expect((await startHolder(folder)).got).toBe(false);
});

test('the announcement can be read by its owner only, and leaves no other file behind', () => {
  const folder = temporaryFolder();
  acquired(folder).announce(holder);
  expect(statSync(join(folder, 'holder.json')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).filter((name) => name.startsWith('holder'))).toEqual(['holder.json']);
});

test('a half-written announcement is none', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'holder.json'), '{"pid": 1');
  expect(readHolder(folder)).toBeNull();
});

test('a folder that is not there throws', () => {
  expect(() => acquireLock(join(temporaryFolder(), 'missing'))).toThrow();
});

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { forkable } from '../../../src/files.ts';
import { createWorkers } from '../../../src/workers/pool.ts';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("a worker ends when its parent is killed, and says nothing on the parent's stdout", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pixkin-lifetime-'));
  const { path, execArgv } = forkable(new URL('./parent', import.meta.url));
  const parent = fork(path, [folder, 'hold=never'], { execArgv, silent: true });
  let stdout = '';
  parent.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  while (!stdout.includes('\n')) await sleep(5);
  const worker = Number(stdout);
  expect(isAlive(worker)).toBe(true);
  const gone = once(parent, 'close');
  parent.kill('SIGKILL');
  await gone;
  while (isAlive(worker)) await sleep(5);
  expect(stdout).toBe(`${worker}\n`);
  rmSync(folder, { recursive: true });
});

test('Ctrl-C and SIGTERM do not disturb a worker: its parent decides', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pixkin-lifetime-'));
  const script = forkable(new URL('./faulty-worker', import.meta.url));
  const workers = createWorkers({ backbone: '/models/good', device: 'cpu', size: 1, script });
  const { sha256: pid } = await workers.fingerprint({ path: join(folder, 'good') });
  const running = workers.embed({ path: join(folder, 'hold=go') });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.kill(Number(pid), signal);
  writeFileSync(join(folder, 'go'), '');
  await expect(running).resolves.toMatchObject({ sha256: pid });
  expect(workers.stats().crashes).toBe(0);
  await workers.close();
  expect(isAlive(Number(pid))).toBe(false);
  rmSync(folder, { recursive: true });
});

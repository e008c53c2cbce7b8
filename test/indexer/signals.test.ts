import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';
import { packageRoot } from '../../src/files.ts';
import {
  copySamples,
  indexer,
  jsonLines,
  killWhatIsLeft,
  plainEnvironment,
  startIndexer,
  startServer,
  temporaryPlace,
  until,
} from './command-line.ts';

const run = promisify(execFile);
const place = temporaryPlace();
const folder = join(place, 'photos');
copySamples(folder, 90, 50);
killWhatIsLeft();

/** The processes that a process has started. */
async function childrenOf(pid: number | undefined): Promise<number[]> {
  const onLinux = readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const list = await onLinux.catch(async () => (await run('ps', ['-o', 'pid=', '--ppid', String(pid)])).stdout);
  return list.split(/\s+/).filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 0],
] as const)('%s in the middle of index ends it with %i; what was committed stays', async (signal, exit) => {
  const data = join(place, `index-${signal}`);
  const command = startIndexer(['index', folder, '--data', data, '--json']);
  await until(() => command.stdout().includes('"indexed"'), command.stderr);
  const workers = await childrenOf(command.child.pid);
  const asked = performance.now();
  command.child.kill(signal);
  expect(await command.ended).toBe(exit);
  expect(performance.now() - asked).toBeLessThan(5000);
  expect(command.stderr()).toMatch(/^cancelled; what was committed stays$/m);
  expect(workers.length).toBeGreaterThan(0);
  expect(workers.filter(isAlive)).toEqual([]);

  const lines = jsonLines(command.stdout());
  expect(lines.at(-1)).toMatchObject({ type: 'error', error: { code: 'cancelled' } });
  const told = lines.filter(({ type }) => type === 'indexed').length;
  expect(told).toBeLessThan(90);
  const { json } = await indexer(['index', folder, '--data', data, '--json']);
  const { unchanged, indexed, reused, failed } = json.at(-1) as Record<string, number>;
  expect(unchanged).toBeGreaterThanOrEqual(told);
  expect({ all: unchanged! + indexed! + reused!, failed }).toEqual({ all: 90, failed: 0 });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 0],
] as const)('%s in the middle of the first sweep of serve ends it with %i', async (signal, exit) => {
  const data = join(place, `serve-${signal}`);
  const server = await startServer([folder, '--data', data]);
  await until(() => server.stdout().includes('"indexed"'), server.stderr);
  const workers = await childrenOf(server.child.pid);
  const asked = performance.now();
  server.child.kill(signal);
  expect(await server.ended).toBe(exit);
  expect(performance.now() - asked).toBeLessThan(5000);
  expect(workers.length).toBeGreaterThan(0);
  expect(workers.filter(isAlive)).toEqual([]);
  const told = jsonLines(server.stdout()).filter(({ type }) => type === 'indexed').length;
  const { json } = await indexer(['status', '--data', data, '--json']);
  expect((json[0] as { images: number }).images).toBeGreaterThanOrEqual(told);
});

test('a signal before there is anything to do ends a command as well', async () => {
  const stop = new AbortController();
  stop.abort('SIGINT');
  const ran = await indexer(['index', folder, '--data', join(place, 'never')], { signal: stop.signal });
  expect(ran).toMatchObject({ code: 130, stdout: '', stderr: 'cancelled; what was committed stays\n' });
});

test.each(['similar', 'index'])('%s into a pipe that is closed early is no crash', async (command) => {
  const data = join(place, `pipe-${command}`);
  const few = join(place, 'few');
  const [name] = copySamples(few, 3);
  const [own, image] = command === 'similar' ? [few, name!] : [folder, folder];
  if (command === 'similar') await indexer(['index', own, '--data', data]);
  const line = `"$0" --import tsx indexer/main.ts ${command} "$1" --data "$2" --json | head -c 5; echo; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await run('bash', ['-c', line, process.execPath, image, data], {
    cwd: packageRoot,
    env: plainEnvironment(),
  });
  expect(stdout).toBe(`${command === 'similar' ? '{"que' : '{"typ'}\n0\n`);
  expect(stderr).not.toMatch(/EPIPE|Error|at /);
});

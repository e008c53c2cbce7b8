import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildInChild } from '../../../src/vectors/build.ts';
import { createExactIndex } from '../../../src/vectors/exact.ts';
import { hnswDefaults, loadHnsw } from '../../../src/vectors/hnsw.ts';
import { createTurns } from '../../../src/vectors/turns.ts';
import { nearest, seededEntries, seededVector } from '../../contracts/vector-index.ts';

const library = await loadHnsw();
const dim = 40;
const entries = seededEntries(3000, dim);
const exact = createExactIndex({ dim });
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-test-'));
  await exact.apply({ add: entries, remove: [], revision: 1 });
});
afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(!library)(
  `a build in a child process${library ? '' : ' (skipped: hnswlib-node is not installed)'}`,
  () => {
    const order = (name: string) => ({ ...hnswDefaults, dim, path: join(folder, name), turns: createTurns() });

    test('has everything that the exact index has', async () => {
      const progress: number[] = [];
      const built = await buildInChild(exact, {
        ...order('whole.bin'),
        onProgress: (done, total) => {
          expect(total).toBe(3000);
          progress.push(done);
        },
      });
      expect(built).toMatchObject({ count: 3000, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
      expect(progress.at(-1)).toBe(3000);
      expect(progress).toEqual(progress.toSorted((a, b) => a - b));
      const index = await library!.load(join(folder, 'whole.bin'), {
        ...order('whole.bin'),
        count: 3000,
        removed: [],
        revision: 1,
      });
      const query = seededVector(9999, dim);
      const hits = await index.search(query, 10, { ef: 1000 });
      expect(hits.map((hit) => hit.content)).toEqual(nearest(entries, query, 10));
    });

    test('that is killed is an error, and leaves no file', async () => {
      const build = buildInChild(exact, { ...order('killed.bin'), onStart: (pid) => process.kill(pid, 'SIGKILL') });
      await expect(build).rejects.toThrow('the process that builds the index ended with SIGKILL');
      await expect(access(join(folder, 'killed.bin'))).rejects.toThrow();
    });

    test('that cannot write says so', async () => {
      await expect(buildInChild(exact, order('missing/index.bin'))).rejects.toThrow(/ended with 1: .*ENOENT/s);
    });

    test('ends with its signal', async () => {
      const controller = new AbortController();
      const reason = new Error('enough');
      let pid = 0;
      const build = buildInChild(exact, {
        ...order('aborted.bin'),
        signal: controller.signal,
        onStart: (started) => {
          pid = started;
        },
        onProgress: () => controller.abort(reason),
      });
      await expect(build).rejects.toBe(reason);
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    });

    test('ends when its parent is killed', async () => {
      const { path, execArgv } = await import('../../../src/files.ts').then(({ forkable }) =>
        forkable(new URL('./endless-build', import.meta.url)),
      );
      const parent = spawn(process.execPath, [...execArgv, path, join(folder, 'orphan.bin')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [said] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(said.toString());
      expect(() => process.kill(pid, 0)).not.toThrow();
      parent.kill('SIGKILL');
      await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false);
    });
  },
);

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

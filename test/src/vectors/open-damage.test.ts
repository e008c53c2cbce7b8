import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadHnsw } from '../../../src/vectors/hnsw.ts';
import { openSpaceVectors } from '../../../src/vectors/open.ts';
import { seededEntries, seededVector } from '../../contracts/vector-index.ts';
import { createMemorySource } from './memory-source.ts';

const dim = 16;
const isHere = (await loadHnsw()) !== null;

test.skipIf(!isHere)(
  `a flipped byte or a cut tail in any file, 100 times: noticed, built again, the same answers${isHere ? '' : ' (skipped: hnswlib-node is not installed)'}`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'damage-test-'));
    const source = createMemorySource({ dim });
    source.commit({ add: seededEntries(150, dim) });
    const queries = [11, 222, 3333].map((seed) => seededVector(seed, dim));
    const run = async () => {
      const said: string[] = [];
      const vectors = await openSpaceVectors({
        source,
        folder,
        log: (message, fields) => said.push(`${message} ${JSON.stringify(fields)}`),
      });
      await vectors.flush();
      const answers = await Promise.all(queries.map((query) => vectors.search(query, 10, { exact: false })));
      await vectors.close();
      return { said, answers };
    };
    const { answers: before } = await run();
    const names = await readdir(folder);
    expect(names.length).toBe(2);
    // Numbers that look random and are the same in every run.
    const random = (i: number): number => (seededVector(i, 1 + (i % 7))[0]! + 1) / 2;
    for (let i = 0; i < 100; i++) {
      const path = join(folder, names[i % 2]!);
      const whole = await readFile(path);
      const at = Math.min(whole.length - 1, Math.floor(random(i) * whole.length));
      if (i % 4 < 2) {
        whole[at]! ^= 1 << (i % 8);
        await writeFile(path, whole);
      } else await writeFile(path, whole.subarray(0, at));
      const { said, answers } = await run();
      expect(said, `damage ${i} of ${path} at ${at}`).toEqual([
        expect.stringContaining('the HNSW index is built again'),
      ]);
      expect(answers).toEqual(before);
    }
    const { said, answers } = await run();
    expect(said).toEqual([]);
    expect(answers).toEqual(before);
    await rm(folder, { recursive: true });
  },
);

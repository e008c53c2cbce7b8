import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Entry } from '../../../src/types.ts';
import { loadHnsw } from '../../../src/vectors/hnsw.ts';
import { openSpaceVectors } from '../../../src/vectors/open.ts';
import { seededVector } from '../../contracts/vector-index.ts';
import { createMemorySource } from './memory-source.ts';

const dim = 512;
const count = 50_000;
const isHere = (await loadHnsw()) !== null;

/**
 * The longest time between two rounds of the event loop, milliseconds. `held`: what of it this process computed (all its threads, so at least
 * what its event loop did); on a busy machine the rest is other processes' turn.
 */
function watchLoop() {
  const longest = { gap: 0, held: 0 };
  let last = performance.now();
  let cpu = process.cpuUsage();
  const look = (): void => {
    const gap = performance.now() - last;
    const { user, system } = process.cpuUsage(cpu);
    longest.gap = Math.max(longest.gap, Math.round(gap));
    longest.held = Math.max(longest.held, Math.round(Math.min(gap, (user + system) / 1000)));
    last = performance.now();
    cpu = process.cpuUsage();
  };
  const timer = setInterval(look, 1);
  return {
    stop() {
      look();
      clearInterval(timer);
      return longest;
    },
  };
}

test.skipIf(!isHere)(
  `while 50,000 vectors are rebuilt into HNSW, queries are answered and the event loop is never held for more than 100 ms${isHere ? '' : ' (skipped: hnswlib-node is not installed)'}`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rebuild-test-'));
    const source = createMemorySource({ dim });
    for (let from = 1; from <= count; from += 1000) {
      const add: Entry[] = [];
      for (let i = 0; i < 1000; i++) add.push({ content: from + i, vector: seededVector(from + i, dim) });
      source.commit({ add });
    }
    // Makes its list of rows now: that is the test's work, not the index's.
    source.added(0, 1);
    const seen: Record<string, { gap: number; held: number }> = {};
    const phase = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      const loop = watchLoop();
      try {
        return await work();
      } finally {
        seen[name] = loop.stop();
      }
    };

    const vectors = await phase('open', () => openSpaceVectors({ source, folder }));
    let isBuilt = false;
    let asked = 0;
    let exact = 0;
    await phase('rebuild', async () => {
      let progress = 0;
      const rebuild = vectors.rebuild({ onProgress: (done) => (progress = done) }).finally(() => {
        isBuilt = true;
      });
      while (!isBuilt) {
        const content = 1 + ((asked * 7919) % count);
        const { hits, plan } = await vectors.search(seededVector(content, dim), 10);
        expect(hits.length).toBe(10);
        // Random vectors are the hardest there are for HNSW: at its best it misses some.
        if (plan.mode === 'exact') {
          expect(hits[0]!.content).toBe(content);
          exact++;
        }
        asked++;
        // Some 20 queries a second: the build needs a core, too.
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      await rebuild;
      expect(progress).toBe(count);
    });
    expect(exact).toBeGreaterThan(50);
    expect(vectors.status()).toEqual({ count, revision: source.revision(), hnsw: 'ready', hnswCount: count });
    await phase('close', () => vectors.close());

    const again = await phase('load', async () => {
      const opened = await openSpaceVectors({ source, folder });
      await opened.flush();
      return opened;
    });
    const { hits, plan } = await again.search(seededVector(12_345, dim), 10);
    expect([plan.mode, hits.length]).toEqual(['hnsw', 10]);
    await again.close();
    await rm(folder, { recursive: true });
    console.log(
      `${asked} queries, ${exact} of them exact; last plan ${JSON.stringify(plan)}; longest hold of the event loop, ms: ${JSON.stringify(seen)}`,
    );
    for (const [name, { held }] of Object.entries(seen)) expect(held, name).toBeLessThanOrEqual(100);
  },
);

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { loadConfig, openCollection, type ScoredImage } from '../src/index.ts';
import { temporaryFolder } from './support/folder.ts';
import { type Line, runIndexer, startIndexer } from './support/indexer.ts';
import { library, makePictures, picturesIn, sha256Of } from './support/pictures.ts';
import { createRandom, seedOf } from './support/random.ts';
import { until } from './support/until.ts';

const kills = 50;
/** Within so many milliseconds a run ends after Ctrl-C or SIGTERM. */
const patience = 5000;

/** An outcome that said that a picture is committed. */
type Told = Line & { readonly image: string; readonly id: number; readonly content: string };

const isTold = (line: Line): line is Told => line.type === 'indexed' || line.type === 'reused';
const isSummary = (line: Line): boolean => line.type === 'summary';

/** All that a collection has, read as a program reads it. */
async function contentsOf(data: string) {
  const told: string[] = [];
  const log = (message: string, fields?: object) => void told.push(`${message} ${JSON.stringify(fields)}`);
  const config = loadConfig({ data, env: {}, flags: { workers: 1 } });
  const opened = await openCollection({ config, env: process.env, log: { debug: () => {}, info: log, warn: log } });
  const { collection } = opened;
  try {
    await until('HNSW holds everything', () => {
      const { hnsw, hnswCount, count } = collection.status().vectors;
      return hnsw === 'ready' && hnswCount === count;
    });
    const images = new Map<string, { id: number; content: string; vector: Float32Array }>();
    for (let after: number | null = 0; after !== null; ) {
      const page: ReturnType<typeof collection.images> = collection.images({ after, limit: 1000 });
      for (const { id, image, content } of page.images) {
        expect(images.has(image)).toBe(false);
        images.set(image, { id, content, vector: collection.embedding(id).vector });
      }
      after = page.next;
    }
    const answers = async (exact: boolean) => {
      const answers: Record<string, readonly ScoredImage[]> = {};
      for (const image of [...images.keys()].sort().filter((_, i) => i % 13 === 0)) {
        answers[image] = (await collection.search({ address: { image } }, { exact, k: 10 })).results;
      }
      return answers;
    };
    return {
      images,
      told,
      status: collection.status(),
      failures: collection.failures(),
      exact: await answers(true),
      hnsw: await answers(false),
    };
  } finally {
    await collection.close();
  }
}

type Contents = Awaited<ReturnType<typeof contentsOf>>;

/** Everything of the library is there once, as in a collection that was indexed in peace, and all that was told was true. */
async function checkWhole(data: string, told: readonly Told[], peace: Contents): Promise<void> {
  const whole = await contentsOf(data);
  expect(whole.failures).toEqual([]);
  expect([...whole.images.keys()].sort()).toEqual([...peace.images.keys()].sort());
  expect(new Set([...whole.images.values()].map(({ id }) => id)).size).toBe(whole.images.size);
  const contents = new Set([...whole.images.values()].map(({ content }) => content)).size;
  expect(whole.status).toMatchObject({ images: whole.images.size, contents, vectors: { count: contents } });
  for (const { image, id, content } of told) expect(whole.images.get(image)).toMatchObject({ id, content });
  for (const [image, { content, vector }] of peace.images) {
    expect(whole.images.get(image)).toMatchObject({ content, vector });
  }
  // HNSW finds the nearest neighbours; ids differ from the peaceful collection's, pictures and scores do not.
  const shown = (answers: Contents['exact']) =>
    Object.values(answers).map((results) => results.map(({ image, score }) => ({ image, score })));
  expect(shown(whole.exact)).toEqual(shown(peace.exact));
  expect(whole.hnsw).toEqual(whole.exact);

  const rebuilt = await runIndexer(['rebuild', '--from-cache', '--data', data]);
  expect([rebuilt.code, rebuilt.stderr]).toEqual([0, expect.any(String)]);
  const after = await contentsOf(data);
  expect(after.told).toEqual([]);
  expect([after.exact, after.hnsw]).toEqual([whole.exact, whole.hnsw]);
}

test(`${kills} kills lose nothing, and nothing is embedded twice (${library.about})`, async () => {
  const random = createRandom(seedOf('kill'));
  const files = picturesIn(library.folder);
  const contents = new Set(files.map(sha256Of)).size;
  const place = temporaryFolder();
  const calm = join(place, 'calm');
  const began = performance.now();
  const calmly = await runIndexer(['index', library.folder, '--data', calm]);
  /** Kills come at any moment of so many milliseconds, a part of a whole run: several hit each collection, each at another stage. */
  const span = 0.4 * (performance.now() - began);
  expect(calmly.lines.at(-1)).toMatchObject({ indexed: contents, reused: files.length - contents, failed: 0 });
  const peace = await contentsOf(calm);

  let done = 0;
  let rounds = 0;
  for (let round = 0; done < kills; round++) {
    const data = join(place, `data ${round}`);
    const told: Told[] = [];
    for (;;) {
      const run = startIndexer(['index', library.folder, '--data', data]);
      if (done < kills) {
        await Promise.race([run.ended, sleep(random.fraction() * span)]);
        if (run.child.exitCode === null) {
          run.child.kill('SIGKILL');
          if ((await run.ended).signal === 'SIGKILL') done++;
        }
      }
      const { code, signal } = await run.ended;
      await until('no worker outlives its parent', () => run.processes().length === 0);
      const now = run.lines.filter(isTold);
      const before = new Set(told.map(({ image }) => image));
      const embedded = new Set(told.map(({ content }) => content));
      // What a run said was committed: no later run says it again, nor runs the network for its bytes.
      expect(now.filter(({ image }) => before.has(image))).toEqual([]);
      expect(now.filter(({ type, content }) => type === 'indexed' && embedded.has(content))).toEqual([]);
      expect(run.lines.filter(({ type }) => type === 'failed')).toEqual([]);
      told.push(...now);
      if (signal === null) {
        expect([code, run.stderr()]).toEqual([0, expect.any(String)]);
        break;
      }
    }
    rounds++;
    await checkWhole(data, told, peace);
  }
  console.log(`${done} kills in ${rounds} collections, each within ${Math.round(span)} ms of a start`);
});

test('a kill while the index is being written costs a rebuild at most', async () => {
  const place = temporaryFolder();
  const [photos, data] = [join(place, 'photos'), join(place, 'data')];
  await makePictures(photos, 200);
  const random = createRandom(seedOf('kill while writing'));
  for (let i = 0; i < 8; i++) {
    await makePictures(join(photos, `${i}`), 20, 100 + i);
    const run = startIndexer(['index', photos, '--data', data]);
    await until('all is committed', () => run.lines.some(isSummary));
    await sleep(random.fraction() * 60);
    run.child.kill('SIGKILL');
    await run.ended;
    const { images, status, exact, hnsw } = await contentsOf(data);
    expect(images.size).toBe(220 + 20 * i);
    expect(status.vectors).toMatchObject({ count: images.size, hnswCount: images.size });
    expect(hnsw).toEqual(exact);
  }
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 0],
] as const)('%s in the middle of index ends it cleanly, and the next run goes on', async (signal, code) => {
  const data = join(temporaryFolder(), 'data');
  // As a terminal does it: every process of the group gets the signal.
  const run = startIndexer(['index', library.folder, '--data', data], { ownGroup: true });
  await until('it is in the middle', () => run.lines.length > 40);
  const asked = performance.now();
  process.kill(-run.child.pid!, signal);
  expect(await run.ended).toEqual({ code, signal: null });
  expect(performance.now() - asked).toBeLessThan(patience);
  await until('its workers have ended', () => run.processes().length === 0);
  expect(run.lines.some(isSummary)).toBe(false);

  const told = run.lines.filter(isTold);
  const next = await runIndexer(['index', library.folder, '--data', data]);
  expect(next.code).toBe(0);
  const files = picturesIn(library.folder);
  const { unchanged, failed, quarantined, inferences } = next.lines.at(-1) as Record<string, number>;
  expect([failed, quarantined]).toEqual([0, 0]);
  expect(unchanged).toBeGreaterThanOrEqual(told.length);
  expect(inferences).toBeLessThanOrEqual(new Set(files.map(sha256Of)).size - new Set(told.map((t) => t.content)).size);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 0],
] as const)('%s ends serve cleanly while its first sweep runs', async (signal, code) => {
  const data = join(temporaryFolder(), 'data');
  const run = startIndexer(['serve', library.folder, '--data', data, '--port', '0'], { ownGroup: true });
  await until('it is in the middle', () => run.lines.length > 40);
  const asked = performance.now();
  process.kill(-run.child.pid!, signal);
  expect(await run.ended).toEqual({ code, signal: null });
  expect(performance.now() - asked).toBeLessThan(patience);
  await until('its workers have ended', () => run.processes().length === 0);
  const { images, failures } = await contentsOf(data);
  expect(failures).toEqual([]);
  for (const { image, id } of run.lines.filter(isTold)) expect(images.get(image)?.id).toBe(id);
});

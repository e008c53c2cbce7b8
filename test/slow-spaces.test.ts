/** Moves between networks as users live through them: real processes, real pictures, kills, and a client that never stops asking. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { SimilarAnswer } from '../server/schemas.ts';
import { packageRoot } from '../src/files.ts';
import { readHolder } from '../src/lock.ts';
import type { SpaceRecord } from '../src/types.ts';
import type { Api } from './support/api.ts';
import { temporaryFolder } from './support/folder.ts';
import { type Indexer, runIndexer, type Served, startIndexer, startSwept } from './support/indexer.ts';
import { copyInto, library, photographs, picturesIn, sha256Of } from './support/pictures.ts';
import { until } from './support/until.ts';

/** Where the collections come from: a network of a few numbers, which takes no time. */
const picker = join(packageRoot, 'test', 'fixtures', 'models', 'picker');
const [from, to] = ['picker', 'efficientnet-lite0'];
const kills = 3;
/** Milliseconds for a fifth of the library, on a machine that has other work. */
const patience = 300_000;

interface Asked {
  /** Answers of every space that answered. */
  readonly spaces: Map<string, number>;
  readonly troubles: string[];
  stop(): Promise<void>;
}

/** A client that asks every 100 ms, one picture after the other. */
function keepAsking(api: Api, images: readonly string[]): Asked {
  const spaces = new Map<string, number>();
  const troubles: string[] = [];
  let isOver = false;
  const asking = (async () => {
    for (let i = 0; !isOver; i++) {
      const image = images[i % images.length]!;
      const { status, body } = await api.ask<SimilarAnswer>(`/similar?image=${encodeURIComponent(image)}`);
      if (status !== 200 || body.results.length !== 10) troubles.push(`${image}: ${status} ${JSON.stringify(body)}`);
      else spaces.set(body.space, (spaces.get(body.space) ?? 0) + 1);
      await sleep(100);
    }
  })();
  return {
    spaces,
    troubles,
    async stop() {
      isOver = true;
      await asking;
    },
  };
}

const spacesOf = async ({ api }: Served): Promise<SpaceRecord[]> =>
  (await api.get<{ spaces: SpaceRecord[] }>('/spaces')).spaces;
const embeddedIn = async (served: Served, backbone: string): Promise<number> =>
  (await spacesOf(served)).find((space) => space.backbone === backbone)?.embedded ?? 0;

/** The answers for some pictures: what a rollback must give again. */
async function answersFor({ api }: Served, images: readonly string[]) {
  const answers: Record<string, unknown> = {};
  for (const image of images) {
    const { space, results } = await api.similar(image);
    answers[image] = { space, results: results.map(({ image, score }) => ({ image, score })) };
  }
  return answers;
}

/** How many pictures the new space has, as the process that holds the collection tells it; 0 while it does not answer. */
async function askHolder(data: string): Promise<number> {
  const holder = readHolder(data);
  if (!holder) return 0;
  const headers = { authorization: `Bearer ${holder.token}` };
  const response = await fetch(`${holder.url}/spaces`, { headers }).catch(() => null);
  const { spaces = [] } = ((await response?.json()) ?? {}) as { spaces?: SpaceRecord[] };
  return spaces.find(({ backbone }) => backbone === to)?.embedded ?? 0;
}

async function kill(run: Indexer): Promise<void> {
  run.child.kill('SIGKILL');
  await run.ended;
  await until('no worker outlives its parent', () => run.processes().length === 0);
}

test(`a move whose command is killed ${kills} times ends complete, while a server answers and takes pictures (${library.about})`, async () => {
  const place = temporaryFolder();
  const [photos, data] = [join(place, 'photos'), join(place, 'data')];
  const files = picturesIn(library.folder);
  const contents = new Set(files.map(sha256Of)).size;
  const [late] = photographs(1);
  const served = await startSwept([library.folder, photosOf(photos)], data, ['--backbone', picker]);
  const images = (await served.api.images()).map(({ image }) => image);
  const before = await answersFor(served, images.slice(0, 20));
  const asked = keepAsking(served.api, images);

  const move = ['rebuild', '--backbone', to, '--data', data];
  for (let round = 1; round <= kills; round++) {
    const run = startIndexer(move);
    const isSoFar = async () => (await embeddedIn(served, to)) >= (round * contents) / 5;
    await until(`round ${round} has embedded some`, isSoFar, patience);
    run.child.kill('SIGKILL');
    await run.ended;
  }
  const at = (await served.api.status()).space;
  copyInto(photos, [late!]);
  await until('what arrives meanwhile is found', async () => (await served.api.found('A001.jpeg')) === 200);
  const done = await runIndexer(move);
  expect([done.code, done.lines]).toMatchObject([0, [{ type: 'rebuilt', failed: 0, vectors: contents + 1 }]]);
  const after = await served.api.status();
  expect(after).toMatchObject({ backbone: to, images: files.length + 1, index: { count: contents + 1 } });

  // Back, while the client goes on.
  const other = photographs(2)[1]!;
  copyInto(photos, [other]);
  await until('another one is found', async () => (await served.api.status()).images === files.length + 2);
  const began = performance.now();
  const rollback = { kind: 'rebuild', rollback: true };
  const headers = { 'content-type': 'application/json' };
  const { body: job } = await served.api.ask<{ id: string }>('/jobs', {
    method: 'POST',
    body: JSON.stringify(rollback),
    headers,
  });
  await until('the old space is the current one', async () => (await served.api.status()).space === at);
  const took = performance.now() - began;
  const ended = await until('the job has ended', async () => {
    const answer = await served.api.get<{ state: string; result: unknown }>(`/jobs/${job.id}`);
    return answer.state === 'running' ? null : answer;
  });
  expect(ended).toMatchObject({ state: 'done', result: { space: at, embedded: 1, vectors: contents + 2 } });
  expect(took).toBeLessThan(1000);
  await asked.stop();
  expect(asked.troubles).toEqual([]);
  expect([...asked.spaces.keys()].sort()).toEqual([at, after.space].sort());
  for (const [image, answer] of Object.entries(await answersFor(served, images.slice(0, 20)))) {
    const old = before[image] as { results: { image: string }[] };
    const now = answer as { results: { image: string }[] };
    // But for the two that have come.
    const isNew = ({ image }: { image: string }): boolean => !images.includes(image);
    const kept = now.results.filter((result) => !isNew(result));
    expect(kept).toEqual(old.results.slice(0, kept.length));
  }
  console.log(`rolled back in ${Math.round(took)} ms; ${[...asked.spaces.values()].join(' + ')} answers, no error`);
  await served.stop();
});

/** A folder that is there, and empty but for one picture, so that it is followed. */
function photosOf(folder: string): string {
  copyInto(folder, []);
  return folder;
}

test(`a move whose server is killed ${kills} times goes on where it was, and embeds nothing twice`, async () => {
  const data = join(temporaryFolder(), 'data');
  const files = picturesIn(library.folder);
  const contents = new Set(files.map(sha256Of)).size;
  expect((await runIndexer(['index', library.folder, '--data', data, '--backbone', picker])).code).toBe(0);

  let embedded = 0;
  for (let round = 1; round <= kills; round++) {
    const run = startIndexer(['rebuild', '--backbone', to, '--data', data]);
    await until('it has embedded some', async () => (await askHolder(data)) >= (round * contents) / 5, patience);
    await kill(run);
    const { lines } = await runIndexer(['spaces', '--data', data]);
    const [current, target] = lines as unknown as SpaceRecord[];
    expect(current).toMatchObject({ backbone: from, current: true, coverage: 1 });
    expect(target?.embedded).toBeGreaterThanOrEqual(embedded);
    embedded = target!.embedded;
    const similar = await runIndexer(['similar', files[0]!, '--data', data]);
    expect(similar).toMatchObject({ code: 0, lines: [{ space: current!.id }] });
  }
  const done = await runIndexer(['rebuild', '--backbone', to, '--data', data, '--drop-old']);
  expect(done).toMatchObject({
    code: 0,
    lines: [
      { type: 'rebuilt', embedded: contents - embedded, failed: 0, vectors: contents, dropped: expect.any(String) },
    ],
  });
  const { lines } = await runIndexer(['spaces', '--data', data]);
  expect(lines).toMatchObject([{ backbone: to, embedded: contents, current: true }]);
});

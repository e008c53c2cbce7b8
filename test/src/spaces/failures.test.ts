import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PixkinError } from '../../../src/errors.ts';
import type { Outcome } from '../../../src/types.ts';
import { fingerprint, openEngine } from '../engine.ts';
import { createFakeWorkers, type FakeWorkers, picture } from '../fake-workers.ts';
import { backwards, ended, move, neighbours, threePictures } from '../moving.ts';

/** A network that fails at the pictures whose first number is below this. */
function pickyNetwork(least: number): FakeWorkers {
  return createFakeWorkers({
    network(vector) {
      if (vector[0]! < least) throw new PixkinError('crashed_decoder', 'two worker processes died of this picture');
      return vector;
    },
  });
}

test('a picture that the new network cannot embed is a known failure: told, counted, and no stop', async () => {
  const e = await threePictures({ second: pickyNetwork(2) });
  const job = e.collection.rebuild({ fromCache: false, backbone: 'second' });
  const outcomes: Outcome[] = [];
  for await (const event of e.collection.jobs.events(job.id)) {
    if (event.type === 'outcome') outcomes.push(event.outcome);
  }
  expect(e.collection.jobs.get(job.id)).toMatchObject({
    state: 'done',
    result: { embedded: 2, failed: 1, vectors: 2 },
  });
  expect(outcomes).toEqual([
    {
      ...{ type: 'failed', root: 'pictures', image: '1.jpg', reason: 'crashed_decoder', again: false },
      message: 'two worker processes died of this picture',
    },
  ]);
  expect(e.collection.spaces()[0]).toMatchObject({ id: fingerprint('second'), embedded: 2, failed: 1, coverage: 1 });
  // Its bytes are whole: it is in no quarantine, and the old space still has it.
  expect(e.collection.status()).toMatchObject({ images: 3, quarantined: 0 });
  expect(await neighbours(e, '1.jpg', 'first')).toEqual(['2.jpg', '3.jpg']);
  await expect(neighbours(e, '1.jpg')).rejects.toMatchObject({ code: 'crashed_decoder' });
});

test('a known failure is tried again by the next rebuild', async () => {
  const e = await threePictures({ second: pickyNetwork(2) });
  await move(e, 'second');
  await ended(e, e.collection.rebuild({ fromCache: false, rollback: true }));
  e.networks.second = createFakeWorkers();
  expect((await move(e, 'second')).result).toMatchObject({ embedded: 1, failed: 0, vectors: 3 });
});

test('a picture without a direction in the new space is a known failure', async () => {
  const e = await threePictures({ second: createFakeWorkers({ network: (v) => (v[0] === 3 ? v.fill(0) : v) }) });
  expect((await move(e, 'second')).result).toMatchObject({ embedded: 2, failed: 1 });
});

test('a network at which every picture fails is not moved to', async () => {
  const e = await threePictures({ second: pickyNetwork(100) });
  const job = await ended(e, e.collection.rebuild({ fromCache: false, backbone: 'second' }));
  expect(job).toMatchObject({ state: 'failed', error: { code: 'rebuild_incomplete' } });
  expect(e.collection.status().space).toBe(fingerprint('first'));
});

test('so is one at which more than a few fail, and that is found out early', async () => {
  const second = pickyNetwork(1);
  const e = await openEngine({ networks: { second } });
  for (let n = 0; n < 60; n++) await e.add(`${n}.jpg`, picture([n % 2, n, 1]));
  const job = await ended(e, e.collection.rebuild({ fromCache: false, backbone: 'second' }));
  expect(job.error?.message).toMatch(/^\d+ pictures that another network could embed failed in second: two worker/);
  expect(second.calls.embed).toBeLessThan(50);
});

test('a folder of broken pictures among many others is no stop, nor is it when they are tried again', async () => {
  const e = await openEngine({ networks: { second: pickyNetwork(1) } });
  for (let n = 0; n < 140; n++) await e.add(`${n}.jpg`, picture([n < 12 ? 0.5 : 1, n, 1]));
  expect((await move(e, 'second')).result).toMatchObject({ embedded: 128, failed: 12, vectors: 128 });
  await ended(e, e.collection.rebuild({ fromCache: false, rollback: true }));
  e.networks.second = pickyNetwork(1);
  expect((await move(e, 'second')).result).toMatchObject({ embedded: 0, failed: 12, vectors: 128 });
});

test('a network that cannot be run stops the move at once', async () => {
  const second = createFakeWorkers({
    network() {
      throw new PixkinError('internal', 'a worker process must load its network; 2 ended before that');
    },
  });
  const e = await openEngine({ networks: { second } });
  for (let n = 1; n < 60; n++) await e.add(`${n}.jpg`, picture([n, 1]));
  const job = await ended(e, e.collection.rebuild({ fromCache: false, backbone: 'second' }));
  expect(job.error).toMatchObject({ code: 'internal', message: expect.stringContaining('must load its network') });
  expect(second.calls.embed).toBeLessThan(20);
});

test.each([
  [
    'is known to be offline',
    (e: Awaited<ReturnType<typeof threePictures>>) => e.collection.roots.setState('pictures', 'offline'),
  ],
  ['is gone from the disk', (e: Awaited<ReturnType<typeof threePictures>>) => rmSync(e.folder, { recursive: true })],
])('a root that %s stops the switch with a clear error', async (_, lose) => {
  const e = await threePictures({ second: backwards() });
  lose(e);
  const job = await ended(e, e.collection.rebuild({ fromCache: false, backbone: 'second' }));
  expect(job).toMatchObject({
    state: 'failed',
    error: {
      code: 'root_offline',
      message: expect.stringMatching(/^root "pictures" is offline, and 3 of 3 pictures could not be embedded: /),
    },
  });
  expect(e.collection.status()).toMatchObject({ space: fingerprint('first'), images: 3 });
});

test('of a picture in two roots the one that is online is read', async () => {
  const e = await threePictures({ second: backwards() });
  const other = await openEngine();
  e.collection.roots.add('away', other.folder);
  const { contentId } = e.catalog.images.at('pictures', '1.jpg')!;
  e.catalog.images.insert(
    e.catalog.roots.locate('away').id,
    { ...e.facts('1.jpg'), root: 'away', path: 'copy.jpg' },
    contentId,
  );
  e.collection.roots.setState('away', 'offline');
  expect((await move(e, 'second')).result).toMatchObject({ embedded: 3 });
});

test('a file that was deleted a moment ago may still leave the results', async () => {
  const e = await threePictures({ second: backwards() }, { patienceMs: 60_000 });
  e.remove('2.jpg');
  const gate = e.networks.second!.hold('embed');
  const job = e.collection.rebuild({ fromCache: false, backbone: 'second' });
  await gate.reached(2);
  await e.collection.forget('pictures', ['2.jpg']);
  gate.release();
  expect(await ended(e, job)).toMatchObject({ state: 'done', result: { embedded: 2, vectors: 2 } });
});

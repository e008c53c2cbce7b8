import { expect, test } from 'vitest';
import { fingerprint } from '../engine.ts';
import { createFakeWorkers, picture } from '../fake-workers.ts';
import { backwards, ended, move, neighbours, threePictures } from '../moving.ts';

test('a rollback is at the previous space without an inference, and gives its answers', async () => {
  const e = await threePictures({ second: backwards() });
  const before = await e.collection.search({ address: { image: '1.jpg' } });
  await move(e, 'second');
  const again = createFakeWorkers();
  e.networks.first = again;
  const job = await ended(e, e.collection.rebuild({ fromCache: false, rollback: true }));
  expect(job.result).toEqual({ space: fingerprint('first'), embedded: 0, failed: 0, vectors: 3 });
  expect(again.calls).toMatchObject({ ready: 0, embed: 0 });
  const after = await e.collection.search({ address: { image: '1.jpg' } });
  expect({ ...after, tookMs: 0, timings: null }).toEqual({ ...before, tookMs: 0, timings: null });
});

test('what arrived since the move is embedded after the rollback, which answers meanwhile', async () => {
  const { e, gate, job } = await embedding();
  expect(e.collection.status().space).toBe(fingerprint('first'));
  expect(e.catalog.meta.get('space')).toBe(fingerprint('first'));
  expect(await neighbours(e, '1.jpg')).toEqual(['2.jpg', '3.jpg']);
  gate.release();
  expect((await ended(e, job)).result).toMatchObject({ embedded: 1, vectors: 4 });
  expect(await neighbours(e, '1.jpg')).toEqual(['2.jpg', '3.jpg', '4.jpg']);
});

test('a rollback that was broken off goes on with the same command, and does not go forward again', async () => {
  const e = await brokenOff();
  const job = await ended(e, e.collection.rebuild({ fromCache: false, rollback: true }));
  expect(job).toMatchObject({ state: 'done', result: { space: fingerprint('first'), embedded: 1, vectors: 4 } });
});

test('a sweep, too, embeds what a rollback that was broken off left', async () => {
  const e = await brokenOff();
  const { mtimeMs } = e.facts('4.jpg');
  const known = e.collection.known('pictures');
  expect([known.get('4.jpg')?.mtimeMs, known.get('1.jpg')?.mtimeMs]).not.toContain(mtimeMs);
  expect(known.get('1.jpg')?.mtimeMs).toBe(e.facts('1.jpg').mtimeMs);
  expect(await e.ingest('4.jpg')).toMatchObject({ type: 'indexed', image: '4.jpg' });
  expect(e.collection.known('pictures').get('4.jpg')?.mtimeMs).toBe(mtimeMs);
});

test('a rollback whose new picture cannot be reached says that it is back all the same', async () => {
  const e = await threePictures({ second: backwards() });
  await move(e, 'second');
  await e.add('4.jpg', picture([4, 1]));
  e.remove('4.jpg');
  const job = await ended(e, e.collection.rebuild({ fromCache: false, rollback: true }));
  expect(job).toMatchObject({
    state: 'failed',
    error: { message: expect.stringContaining(`space ${fingerprint('first')} is the current one again, but 1 of 1`) },
  });
  expect(e.collection.status().space).toBe(fingerprint('first'));
});

test('where there is no previous space a rollback says so', async () => {
  const e = await threePictures();
  const job = await ended(e, e.collection.rebuild({ fromCache: false, rollback: true }));
  expect(job).toMatchObject({ state: 'failed', error: { code: 'space_not_found' } });
});

test('after a rollback the way forward embeds only what arrived since', async () => {
  const e = await threePictures({ second: backwards() });
  await move(e, 'second');
  e.networks.first = createFakeWorkers();
  await ended(e, e.collection.rebuild({ fromCache: false, rollback: true }));
  await e.add('4.jpg', picture([4, 1]));
  e.networks.second = backwards();
  expect((await move(e, 'second')).result).toMatchObject({ space: fingerprint('second'), embedded: 1, vectors: 4 });
  expect(e.collection.spaces()).toMatchObject([
    { id: fingerprint('second'), current: true, previous: false, coverage: 1 },
    { id: fingerprint('first'), current: false, previous: true, coverage: 1 },
  ]);
});

/** A rollback that is at the first space again, and embeds a fourth picture in it. */
async function embedding() {
  const e = await threePictures({ second: backwards() });
  await move(e, 'second');
  await e.add('4.jpg', picture([4, 1]));
  const again = createFakeWorkers();
  e.networks.first = again;
  const gate = again.hold('embed');
  const job = e.collection.rebuild({ fromCache: false, rollback: true });
  await gate.reached(1);
  return { e, gate, job };
}

async function brokenOff() {
  const { e, gate, job } = await embedding();
  await e.collection.jobs.cancel(job.id);
  gate.release();
  return e;
}

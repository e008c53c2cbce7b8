import { expect, test } from 'vitest';
import type { RebuildPlan } from '../../../src/types.ts';
import { type Engine, fingerprint, openEngine } from '../engine.ts';
import { createFakeWorkers, picture } from '../fake-workers.ts';
import { backwards, ended, neighbours } from '../moving.ts';

/** Twelve pictures, in three numbers mostly: `0.jpg` to `11.jpg`. */
async function twelve(): Promise<Engine> {
  const e = await openEngine({ networks: { second: backwards() } });
  for (let n = 0; n < 12; n++) await e.add(`${n}.jpg`, picture([1 + (n % 4), (n * 5) % 7, n % 3, 0.1 * (n % 2)]));
  return e;
}
const project = async (e: Engine, o: object) => {
  const job = await ended(e, e.collection.rebuild({ fromCache: false, ...o }));
  if (job.state !== 'done') throw new Error(job.error?.message);
  return job;
};

test('the current space is projected without an inference, and answers in fewer numbers', async () => {
  const e = await twelve();
  const before = await neighbours(e, '0.jpg');
  const runs = e.workers.calls.embed;
  const again = createFakeWorkers();
  e.networks.first = again;
  const { result, notes } = await project(e, { project: 3 });
  expect(result).toMatchObject({ embedded: 0, failed: 0, vectors: 12 });
  expect(notes).toEqual([
    expect.stringMatching(/^3 numbers keep \d+ % of the variance of the 8 of first, on 12 pictures$/),
  ]);
  expect([e.workers.calls.embed, again.calls.embed]).toEqual([runs, 0]);
  expect(e.collection.spaces()).toMatchObject([
    { backbone: 'first', base: fingerprint('first'), dim: 3, current: true, coverage: 1 },
    { id: fingerprint('first'), base: null, dim: 8, previous: true },
  ]);
  // Three numbers hold nearly all of it: the neighbours are among the same.
  const after = await neighbours(e, '0.jpg');
  expect(after.slice(0, 6).filter((name) => before.slice(0, 6).includes(name)).length).toBeGreaterThanOrEqual(3);
});

test('what arrives later, and what is asked, is projected too', async () => {
  const e = await twelve();
  const again = createFakeWorkers();
  e.networks.first = again;
  await project(e, { project: 3 });
  expect(await e.add('new.jpg', picture([1, 2, 2, 0.1]))).toMatchObject({ type: 'indexed' });
  expect(again.calls.embed).toBe(1);
  expect(e.collection.embedding(e.collection.image({ image: 'new.jpg' }).id).vector).toHaveLength(3);
  const { results, space } = await e.collection.search({ upload: picture([1, 2, 2, 0.1], 'a copy') });
  expect(space).toBe(e.collection.status().space);
  expect(results[0]).toMatchObject({ image: 'new.jpg', score: 1 });
  await expect(e.collection.search({ vector: [1, 0, 0, 0, 0, 0, 0, 0] })).rejects.toMatchObject({
    code: 'other_space',
  });
});

test('the same projection of the same network is fitted once', async () => {
  const e = await twelve();
  const first = await project(e, { project: 2 });
  await project(e, { rollback: true });
  await e.add('new.jpg', picture([1, 2, 2, 0.1]));
  const again = await project(e, { project: 2 });
  expect(again.result).toMatchObject({ space: (first.result as { space: string }).space, embedded: 0, vectors: 13 });
  expect(again.notes).toBeUndefined();
});

test('the network of another space is projected on the fly: it never has embeddings of its own', async () => {
  const e = await twelve();
  const { second } = e.networks;
  const { result } = await project(e, { backbone: 'second', project: 3 });
  expect(result).toMatchObject({ embedded: 12, failed: 0, vectors: 12 });
  expect(e.collection.spaces().map(({ backbone, base }) => [backbone, base])).toEqual([
    ['second', fingerprint('second')],
    ['first', null],
  ]);
  // Each picture went through the network once, to be fitted on: that is its embedding.
  expect(second!.calls.embed).toBe(12);
});

test('a projected collection that is asked for its network by name goes back to all of its numbers', async () => {
  const e = await twelve();
  await project(e, { project: 3 });
  e.networks.first = createFakeWorkers();
  expect((await project(e, { backbone: 'first' })).result).toMatchObject({ space: fingerprint('first'), embedded: 0 });
});

test('a picture that has no direction once it is projected is a known failure', async () => {
  const e = await twelve();
  await project(e, { project: 3 });
  expect(await e.add('zero.jpg', picture([0, 0, 0]))).toMatchObject({ type: 'failed', reason: 'corrupt' });
});

test('a dry run says that nothing would go through the network, and fits nothing', async () => {
  const e = await twelve();
  const { result } = await project(e, { project: 3, dryRun: true });
  expect(result).toMatchObject({ space: null, dim: 3, pictures: 0, embedded: 12 } satisfies Partial<RebuildPlan>);
  expect(e.catalog.spaces.list()).toHaveLength(1);
  e.networks.second = backwards();
  const other = await project(e, { project: 3, backbone: 'second', dryRun: true });
  expect(other.result).toMatchObject({ space: null, pictures: 12, embedded: 0 });
});

test('when the projected space is dropped its projection is gone too', async () => {
  const e = await twelve();
  const { result } = await project(e, { project: 3 });
  await project(e, { rollback: true });
  const { space } = result as { space: string };
  const row = e.catalog.spaces.find(space)!;
  expect(e.catalog.projections.find(row)?.components).toHaveLength(24);
  await e.collection.dropSpace(space);
  expect(e.catalog.projections.find(row)).toBeUndefined();
});

test.each([
  [4, 'project must be at most 3, a quarter of the 12 pictures that it is fitted on; got 4'],
  [8, 'project must be less than the 8 numbers of first; got 8'],
])('a projection to %i numbers is refused', async (count, message) => {
  const e = await twelve();
  const job = await ended(e, e.collection.rebuild({ fromCache: false, project: count }));
  expect(job).toMatchObject({ state: 'failed', error: { code: 'invalid_request', message } });
});

test('a fit that is cancelled leaves nothing behind', async () => {
  const e = await twelve();
  const second = e.networks.second!;
  const gate = second.hold('embed');
  const { id } = e.collection.rebuild({ fromCache: false, backbone: 'second', project: 2 });
  await gate.reached(3);
  expect(await e.collection.jobs.cancel(id)).toMatchObject({ state: 'cancelled' });
  gate.release();
  expect(e.catalog.spaces.list()).toHaveLength(1);
  expect(second.closed).toBe(true);
});

import { expect, test } from 'vitest';
import type { RebuildPlan } from '../../../src/types.ts';
import { fingerprint } from '../engine.ts';
import { createFakeWorkers, picture } from '../fake-workers.ts';
import { backwards, ended, move, threePictures } from '../moving.ts';

const plan = async (
  e: Awaited<ReturnType<typeof threePictures>>,
  to: { backbone?: string; rollback?: boolean },
): Promise<RebuildPlan> => {
  const job = await ended(e, e.collection.rebuild({ fromCache: false, dryRun: true, ...to }));
  if (job.state !== 'done') throw new Error(job.error?.message);
  return job.result as RebuildPlan;
};

test('a dry run says what a move would do, how fast and how large, and changes nothing', async () => {
  const second = backwards();
  const e = await threePictures({ second });
  const found = await plan(e, { backbone: 'second' });
  expect(found).toEqual({
    ...{ space: fingerprint('second'), backbone: 'second', pooling: null, dim: 8 },
    ...{ pictures: 3, embedded: 0, sample: 3, rate: expect.any(Number), seconds: expect.any(Number) },
    ...{ bytes: 3 * (2 * 8 + 4 * 8 + 200), memory: 3 * (2 * 4 * 8 + 200) },
  });
  expect(found.rate).toBeGreaterThan(0);
  expect(found.seconds).toBe(Math.ceil(3 / found.rate!));
  expect(second.closed).toBe(true);
  expect(e.catalog.spaces.list().map((row) => row.backbone)).toEqual(['first']);
  expect(e.collection.spaces()).toHaveLength(1);
});

test('what the space has already is not counted', async () => {
  const e = await threePictures({ second: backwards() });
  await move(e, 'second');
  await e.add('4.jpg', picture([4, 1]));
  e.networks.first = createFakeWorkers();
  expect(await plan(e, { rollback: true })).toMatchObject({ space: fingerprint('first'), pictures: 1, embedded: 3 });
  expect(e.collection.status().space).toBe(fingerprint('second'));
  e.networks.first = createFakeWorkers();
  expect(await plan(e, { backbone: 'first' })).toMatchObject({ pictures: 1, embedded: 3, sample: 1 });
});

test('where nothing is lacking nothing is measured, and it takes no time', async () => {
  const e = await threePictures();
  const before = e.workers.calls.embed;
  expect(await plan(e, {})).toMatchObject({ pictures: 0, embedded: 3, rate: null, sample: 0, seconds: 0 });
  expect(e.workers.calls.embed).toBe(before);
  expect(e.workers.closed).toBe(false);
});

test('pictures that cannot be read are not measured on', async () => {
  const e = await threePictures({ second: backwards() });
  e.remove('1.jpg');
  expect(await plan(e, { backbone: 'second' })).toMatchObject({ pictures: 3, sample: 2 });
  for (const name of ['2.jpg', '3.jpg']) e.remove(name);
  e.networks.second = backwards();
  expect(await plan(e, { backbone: 'second' })).toMatchObject({ sample: 0, rate: null, seconds: null });
});

test('roots that are away are noted at once', async () => {
  const second = backwards();
  const e = await threePictures({ second });
  e.collection.roots.setState('pictures', 'offline');
  const gate = second.hold('embed');
  for (const dryRun of [true, false]) {
    const job = await ended(e, e.collection.rebuild({ fromCache: false, backbone: 'second', dryRun }));
    expect(job.notes).toEqual([
      'root "pictures" is offline: what is lacking of its 3 images cannot be embedded, and stops a switch',
    ]);
    e.networks.second = backwards();
  }
  gate.release();
});

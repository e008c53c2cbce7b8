import { expect, test } from 'vitest';
import { PixkinError } from '../../src/errors.ts';
import type { JobEvent } from '../../src/types.ts';
import { fingerprint } from './engine.ts';
import { createFakeWorkers, picture } from './fake-workers.ts';
import { addUnembedded, backwards, ended, sha256, threePictures } from './moving.ts';

test('a rebuild embeds what the current space lacks, and only that', async () => {
  const e = await threePictures();
  addUnembedded(e, 'new.jpg', picture([0, 0, 1]));
  const job = await ended(e, e.collection.rebuild({ fromCache: false }));
  expect(job).toMatchObject({
    ...{ state: 'done', error: null, result: { space: fingerprint('first'), embedded: 1, vectors: 4 } },
  });
  expect(e.workers.calls.embed).toBe(4);
  expect((await e.collection.search({ address: { image: 'new.jpg' } })).results).toHaveLength(3);
});

test('a rebuild from the cache runs no network', async () => {
  const e = await threePictures();
  addUnembedded(e, 'new.jpg', picture([0, 0, 1]));
  const job = await ended(e, e.collection.rebuild({ fromCache: true }));
  expect(job).toMatchObject({ state: 'done', result: { embedded: 0, vectors: 3 } });
  expect(e.workers.calls.embed).toBe(3);
});

test('a rebuild whose picture is gone is incomplete, says which, and keeps the others', async () => {
  const e = await threePictures();
  addUnembedded(e, 'gone.jpg', picture([0, 0, 1]));
  addUnembedded(e, 'there.jpg', picture([0, 0, 0, 1]));
  e.remove('gone.jpg');
  const job = await ended(e, e.collection.rebuild({ fromCache: false }));
  expect(job).toMatchObject({
    state: 'failed',
    error: {
      code: 'rebuild_incomplete',
      message: '1 of 2 pictures could not be embedded: pictures: gone.jpg: the file cannot be read: ENOENT',
    },
  });
  expect((await e.collection.search({ address: { image: 'there.jpg' } })).results).toHaveLength(3);
});

test('a picture whose file has changed since it was indexed is embedded as what it is now', async () => {
  const e = await threePictures();
  addUnembedded(e, 'new.jpg', picture([0, 0, 1]));
  e.write('new.jpg', picture([0, 0, 2], 'longer'));
  const job = await ended(e, e.collection.rebuild({ fromCache: false }));
  expect(job).toMatchObject({ state: 'done', result: { failed: 0, vectors: 4 } });
  const { content } = e.collection.image({ image: 'new.jpg' });
  expect(content).toBe(sha256(picture([0, 0, 2], 'longer')));
});

test('a picture whose file is broken now is put into quarantine, and stops nothing', async () => {
  const e = await threePictures();
  addUnembedded(e, 'new.jpg', picture([0, 0, 1]));
  e.write('new.jpg', picture('truncated'));
  expect(await ended(e, e.collection.rebuild({ fromCache: false }))).toMatchObject({ state: 'done' });
  expect(e.collection.failures()).toMatchObject([{ image: 'new.jpg', reason: 'truncated' }]);
  expect(e.collection.status().images).toBe(3);
});

test('where one copy of a picture cannot be read, another will do', async () => {
  const e = await threePictures();
  addUnembedded(e, 'a.jpg', picture([0, 0, 1]));
  await e.add('b.jpg', picture([0, 0, 2]));
  const { contentId } = e.catalog.images.at('pictures', 'a.jpg')!;
  e.write('copy.jpg', picture([0, 0, 1]));
  e.catalog.images.insert(1, e.facts('copy.jpg'), contentId);
  e.remove('a.jpg');
  expect(await ended(e, e.collection.rebuild({ fromCache: false }))).toMatchObject({ state: 'done' });
});

test('a picture that leaves the results during a rebuild does not make it incomplete', async () => {
  const e = await threePictures();
  for (const n of [1, 2, 3]) addUnembedded(e, `new${n}.jpg`, picture([0, 0, n]));
  const gate = e.workers.hold('embed');
  const job = e.collection.rebuild({ fromCache: false });
  await gate.reached(2);
  await e.collection.forget('pictures', ['new3.jpg']);
  gate.release();
  expect(await ended(e, job)).toMatchObject({ state: 'done', error: null });
});

test('one rebuild at a time', async () => {
  const e = await threePictures();
  addUnembedded(e, 'new.jpg', picture([0, 0, 1]));
  const gate = e.workers.hold('embed');
  const job = e.collection.rebuild({ fromCache: false });
  await gate.reached(1);
  expect(() => e.collection.rebuild({ fromCache: true })).toThrow(expect.objectContaining({ code: 'busy' }));
  gate.release();
  await ended(e, job);
  expect(await ended(e, e.collection.rebuild({ fromCache: true }))).toMatchObject({ state: 'done' });
});

test('a cancelled rebuild ends as cancelled, and the next one goes on where it stopped', async () => {
  const e = await threePictures();
  for (const n of [1, 2, 3]) addUnembedded(e, `new${n}.jpg`, picture([0, 0, n]));
  const gate = e.workers.hold('embed');
  const { id } = e.collection.rebuild({ fromCache: false });
  await gate.reached(2);
  expect(await e.collection.jobs.cancel(id)).toMatchObject({ state: 'cancelled' });
  gate.release();
  expect(await ended(e, e.collection.rebuild({ fromCache: false }))).toMatchObject({ result: { embedded: 3 } });
});

test('progress counts the pictures, then the vectors', async () => {
  const e = await threePictures();
  addUnembedded(e, 'new.jpg', picture([0, 0, 1]));
  const seen: JobEvent[] = [];
  const { id } = e.collection.rebuild({ fromCache: false });
  for await (const event of e.collection.jobs.events(id)) seen.push(event);
  const progress = seen.flatMap((event) => (event.type === 'progress' ? [[event.job.done, event.job.total]] : []));
  expect(progress.slice(0, 2)).toEqual([
    [0, 1],
    [1, 1],
  ]);
});

test('a collection moves to another network: everything is embedded in its space, then asked there', async () => {
  const second = backwards();
  const e = await threePictures({ second });
  const job = await ended(e, e.collection.rebuild({ fromCache: false, backbone: 'second' }));
  expect(job.result).toEqual({ space: fingerprint('second'), embedded: 3, failed: 0, vectors: 3 });
  expect(e.collection.status()).toMatchObject({ space: fingerprint('second'), backbone: 'second' });
  expect(e.catalog.meta.get('space')).toBe(fingerprint('second'));
  expect(second.calls).toMatchObject({ embed: 3 });
  expect(e.workers.closed).toBe(true);
  const { results, space } = await e.collection.search({ vector: [0, 0, 0, 0, 0, 0, 1, 3] });
  expect([space, results[0]?.image, results[0]?.score]).toEqual([fingerprint('second'), '3.jpg', 1]);
  expect((await e.add('4.jpg', picture([4]))).type).toBe('indexed');
  expect(e.collection.embedding(e.collection.image({ image: '4.jpg' }).id).vector[7]).toBe(1);
});

test('while a collection moves the old space answers, and what arrives then is in both', async () => {
  const second = backwards();
  const e = await threePictures({ second });
  const gate = second.hold('embed');
  const job = e.collection.rebuild({ fromCache: false, backbone: 'second' });
  await gate.reached(2);
  expect(await e.add('4.jpg', picture([4, 1]))).toMatchObject({ type: 'indexed' });
  const found = await e.collection.search({ address: { image: '4.jpg' } });
  expect(found).toMatchObject({ space: fingerprint('first'), results: { length: 3 } });
  gate.release();
  expect((await ended(e, job)).result).toMatchObject({ embedded: 4, vectors: 4 });
  expect((await e.collection.search({ address: { image: '4.jpg' } })).space).toBe(fingerprint('second'));
});

test('a picture that is being read while the space is switched is in the new one', async () => {
  const second = backwards();
  const e = await threePictures({ second });
  const gate = e.workers.hold('embed');
  e.write('4.jpg', picture([4, 1]));
  const late = e.ingest('4.jpg');
  await gate.reached(1);
  await ended(e, e.collection.rebuild({ fromCache: false, backbone: 'second' }));
  expect(e.workers.closed).toBe(false);
  gate.release();
  expect(await late).toMatchObject({ type: 'indexed' });
  expect((await e.collection.search({ address: { image: '4.jpg' } })).results).toHaveLength(3);
  expect(e.workers.closed).toBe(true);
});

test('a move that lacks a picture is incomplete: the old space stays, and the next move only does the rest', async () => {
  const second = backwards();
  const e = await threePictures({ second });
  e.remove('2.jpg');
  const job = await ended(e, e.collection.rebuild({ fromCache: false, backbone: 'second' }));
  expect(job).toMatchObject({ state: 'failed', error: { code: 'rebuild_incomplete' } });
  expect(e.collection.status().space).toBe(fingerprint('first'));
  expect(e.catalog.meta.get('space')).toBe(fingerprint('first'));
  expect(second.closed).toBe(true);
  expect((await e.collection.search({ address: { image: '2.jpg' } })).results).toHaveLength(2);

  await e.collection.forget('pictures', ['2.jpg']);
  await e.add('4.jpg', picture([4, 1]));
  const anew = createFakeWorkers();
  e.networks.second = anew;
  expect(await ended(e, e.collection.rebuild({ fromCache: false, backbone: 'second' }))).toMatchObject({
    result: { embedded: 1, vectors: 3 },
  });
});

test('a move to the network that is there is a plain rebuild', async () => {
  const e = await threePictures();
  const job = await ended(e, e.collection.rebuild({ fromCache: false, backbone: 'first' }));
  expect(job).toMatchObject({ state: 'done', result: { space: fingerprint('first'), embedded: 0, vectors: 3 } });
  expect(e.workers.closed).toBe(false);
});

test('a move to a network that cannot be loaded fails with its error, and changes nothing', async () => {
  const second = backwards();
  const e = await threePictures({ second });
  await second.close();
  second.ready = () => Promise.reject(new PixkinError('backbone_invalid', 'sha256 must be another'));
  const job = await ended(e, e.collection.rebuild({ fromCache: false, backbone: 'second' }));
  expect(job).toMatchObject({ state: 'failed', error: { code: 'backbone_invalid' } });
  expect(e.collection.status().space).toBe(fingerprint('first'));
});

test('a search that began in the old space ends there, and only then is that space closed', async () => {
  const second = backwards();
  const e = await threePictures({ second });
  const gate = e.workers.hold('embed');
  const running = e.collection.search({ upload: picture([5, 1]) });
  await gate.reached(1);
  await ended(e, e.collection.rebuild({ fromCache: false, backbone: 'second' }));
  expect(e.workers.closed).toBe(false);
  gate.release();
  expect(await running).toMatchObject({ space: fingerprint('first'), results: { length: 3 } });
  expect(e.workers.closed).toBe(true);
});

test('closing a collection ends its rebuild and closes every space that is open', async () => {
  const second = backwards();
  const e = await threePictures({ second });
  const gate = second.hold('embed');
  const { id } = e.collection.rebuild({ fromCache: false, backbone: 'second' });
  await gate.reached(1);
  await e.collection.close();
  expect(e.collection.jobs.get(id).state).toBe('cancelled');
  expect([e.workers.closed, second.closed]).toEqual([true, true]);
});

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCatalog } from '../../../src/catalog/catalog.ts';
import { pictureFacts } from '../catalog/facts.ts';
import { fingerprint, temporaryFolder } from '../engine.ts';
import { createFakeWorkers, picture } from '../fake-workers.ts';
import { backwards, ended, move, neighbours, threePictures } from '../moving.ts';

const [first, second] = [fingerprint('first'), fingerprint('second')];

test('a dropped space is gone, with its embeddings and its files', async () => {
  const e = await threePictures({ second: backwards() });
  await move(e, 'second');
  expect(await e.collection.dropSpace('first')).toMatchObject({ id: first, previous: true, embedded: 3, bytes: 1048 });
  expect(e.collection.spaces().map((space) => space.id)).toEqual([second]);
  expect(e.forgotten).toEqual(['first']);
  await expect(neighbours(e, '1.jpg', 'first')).rejects.toMatchObject({ code: 'space_not_found' });
  const job = await ended(e, e.collection.rebuild({ fromCache: false, rollback: true }));
  expect(job.error).toMatchObject({ code: 'space_not_found' });
});

test('the current space is not dropped, nor one that does not exist', async () => {
  const e = await threePictures();
  await expect(e.collection.dropSpace(first)).rejects.toMatchObject({
    code: 'space_in_use',
    message: `space ${first} (first) is the current one`,
  });
  await expect(e.collection.dropSpace('nothing')).rejects.toMatchObject({ code: 'space_not_found' });
  expect(await neighbours(e, '1.jpg')).toHaveLength(2);
});

test('a space that a job fills is not dropped', async () => {
  const second = backwards();
  const e = await threePictures({ second });
  const gate = second.hold('embed');
  const job = e.collection.rebuild({ fromCache: false, backbone: 'second' });
  await gate.reached(1);
  await expect(e.collection.dropSpace('second')).rejects.toMatchObject({ code: 'space_in_use' });
  gate.release();
  await ended(e, job);
});

test('a search that began before a drop ends with its answer', async () => {
  const e = await threePictures({ second: backwards() });
  await move(e, 'second');
  const again = createFakeWorkers();
  e.networks.first = again;
  const gate = again.hold('embed');
  const running = e.collection.search({ upload: picture([9, 1]) }, { space: 'first' });
  await gate.reached(1);
  const dropped = e.collection.dropSpace('first');
  gate.release();
  expect((await running).results).toHaveLength(3);
  await dropped;
  expect(e.collection.spaces()).toHaveLength(1);
});

test('--drop-old frees the space that was left, also when the same is asked for again', async () => {
  const e = await threePictures({ second: backwards() });
  expect((await move(e, 'second', { dropOld: true })).result).toMatchObject({ space: second, dropped: first });
  expect(e.collection.spaces()).toHaveLength(1);
  await move(e, 'first');
  // As after a kill between the switch and the drop.
  expect((await move(e, 'first', { dropOld: true })).result).toMatchObject({
    space: first,
    embedded: 0,
    dropped: second,
  });
  expect((await move(e, 'first', { dropOld: true })).result).not.toHaveProperty('dropped');
});

test('what a dropped space took of the catalog file is given back', async () => {
  const path = join(temporaryFolder(), 'catalog.db');
  const catalog = openCatalog(path);
  const row = catalog.spaces.put({ fingerprint: 'a'.repeat(16), backbone: 'big', folder: 'big', dim: 20_000 });
  const embeddings = catalog.embeddings(row);
  const vector = new Float32Array(20_000).fill(1);
  catalog.transaction(() => {
    for (let n = 0; n < 100; n++) embeddings.insert(catalog.contents.insert(pictureFacts(String(n))), vector, 'test');
  });
  while (catalog.spaces.clear(row.fingerprint, 30) > 0);
  catalog.spaces.delete(row.fingerprint);
  while (catalog.shrink());
  catalog.close();
  expect(statSync(path).size).toBeLessThan(300_000);
});

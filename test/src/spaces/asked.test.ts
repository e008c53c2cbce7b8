import { expect, onTestFinished, test, vi } from 'vitest';
import { fingerprint } from '../engine.ts';
import { createFakeWorkers, picture } from '../fake-workers.ts';
import { backwards, ended, move, neighbours, threePictures } from '../moving.ts';

const [first, second] = [fingerprint('first'), fingerprint('second')];

test.each([
  ['its id', first],
  ['the beginning of its id', first.slice(0, 6)],
  ["its backbone's name", 'first'],
])('a space that is not the current one is asked by %s', async (_, space) => {
  const e = await threePictures({ second: backwards() });
  await move(e, 'second');
  const found = await e.collection.search({ vector: [3, 1, 0, 0, 0, 0, 0, 0] }, { space });
  expect(found).toMatchObject({ space: first, results: [{ image: '3.jpg', score: 1 }, {}, {}] });
  expect((await e.collection.search({ vector: [0, 0, 0, 0, 0, 0, 1, 3] })).space).toBe(second);
});

test('an upload goes through the network of the space that is asked', async () => {
  const e = await threePictures({ second: backwards() });
  await move(e, 'second');
  const again = createFakeWorkers();
  e.networks.first = again;
  const found = await e.collection.search({ upload: picture([2, 1], 'another') }, { space: 'first' });
  expect(found.results[0]).toMatchObject({ image: '2.jpg', score: 1 });
  expect(again.calls.embed).toBe(1);
});

test('a picture that the asked space lacks goes through its network for the answer, and is not kept there', async () => {
  const e = await threePictures({ second: backwards() });
  await move(e, 'second');
  await e.add('4.jpg', picture([4, 1]));
  const again = createFakeWorkers();
  e.networks.first = again;
  expect(await neighbours(e, '4.jpg', 'first')).toEqual(['3.jpg', '2.jpg', '1.jpg']);
  expect(again.calls.embed).toBe(1);
  expect(e.collection.spaces()[1]).toMatchObject({ id: first, embedded: 3, lacking: 1, coverage: 0.75 });
});

test('a picture that the asked space lacks and that cannot be read now is of another space', async () => {
  const e = await threePictures({ second: backwards() });
  await move(e, 'second');
  await e.add('4.jpg', picture([4, 1]));
  e.collection.roots.setState('pictures', 'offline');
  await expect(neighbours(e, '4.jpg', 'first')).rejects.toMatchObject({
    code: 'other_space',
    message: `"4.jpg" has no embedding in space ${first} (first), and root "pictures" is offline`,
  });
  e.collection.roots.setState('pictures', 'online');
  e.write('4.jpg', picture([5, 1]));
  await expect(neighbours(e, '4.jpg', 'first')).rejects.toMatchObject({
    message: expect.stringContaining('its file has changed since it was indexed'),
  });
});

test('a space that the collection does not have is not found, and its vectors are of another space', async () => {
  const e = await threePictures();
  const missing = {
    message: 'space must be one that the collection has; got "nothing"',
    hint: expect.stringContaining(`it has ${first} (first)`),
  };
  await expect(neighbours(e, '1.jpg', 'nothing')).rejects.toMatchObject({ code: 'space_not_found', ...missing });
  const vector = [1, 0, 0, 0, 0, 0, 0, 0];
  await expect(e.collection.search({ vector }, { space: 'nothing' })).rejects.toMatchObject({
    code: 'other_space',
    ...missing,
  });
});

test('a vector that says that it comes from another space is refused', async () => {
  const e = await threePictures({ second: backwards() });
  await move(e, 'second');
  const from = { vector: [1, 0, 0, 0, 0, 0, 0, 0], space: first };
  await expect(e.collection.search(from)).rejects.toMatchObject({
    code: 'other_space',
    message: `vector must be of space ${second} (second); got one of space ${first}`,
  });
  expect((await e.collection.search(from, { space: first })).results).toHaveLength(3);
  await expect(e.collection.search({ positive: [from], negative: [] })).rejects.toMatchObject({ code: 'other_space' });
});

test('a name that several spaces have is not enough', async () => {
  const e = await threePictures();
  for (const pooling of ['avg', 'none'] as const) {
    e.catalog.spaces.put({ fingerprint: fingerprint(pooling), backbone: 'vgg', folder: 'vgg', dim: 8, pooling });
  }
  await expect(neighbours(e, '1.jpg', 'vgg')).rejects.toMatchObject({
    code: 'invalid_request',
    message: `space must name one space; "vgg" names ${fingerprint('avg')} (vgg, avg), ${fingerprint('none')} (vgg, none)`,
  });
});

test('a space that is being filled may be asked, and has what it was given so far', async () => {
  const second = backwards();
  const e = await threePictures({ second });
  await e.collection.jobs.cancel(e.collection.rebuild({ fromCache: false, backbone: 'second' }).id);
  const gate = second.hold('embed');
  const job = e.collection.rebuild({ fromCache: false, backbone: 'second' });
  await gate.reached(2);
  expect((await e.collection.search({ vector: [1, 0, 0, 0, 0, 0, 0, 0] }, { space: 'second' })).results).toEqual([]);
  gate.release();
  await ended(e, job);
  expect(second.closed).toBe(false);
});

test('a space that was asked is closed when nobody has asked it for a while', async () => {
  const e = await threePictures({ second: backwards() });
  await move(e, 'second');
  const again = createFakeWorkers();
  e.networks.first = again;
  const gate = again.hold('embed');
  const running = e.collection.search({ upload: picture([9]) }, { space: 'first' });
  await gate.reached(1);
  expect(again.closed).toBe(false);
  gate.release();
  await running;
  expect(again.closed).toBe(true);
});

test('while it is open, it is open once', async () => {
  const e = await threePictures({ second: backwards() }, { idleMs: 60_000 });
  await move(e, 'second');
  expect(await neighbours(e, '1.jpg', 'first')).toEqual(['2.jpg', '3.jpg']);
  // It is the very one that was current before: its workers were never closed.
  expect(e.workers.closed).toBe(false);
});

test('what is purged leaves every space that is open', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const e = await threePictures({ second: backwards() }, { idleMs: 60_000, graceMs: -1000 });
  await move(e, 'second');
  await e.collection.forget('pictures', ['2.jpg']);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(e.collection.status()).toMatchObject({ contents: 2, vectors: { count: 2 } });
  const { plan } = await e.collection.search({ vector: [2, 1, 0, 0, 0, 0, 0, 0] }, { space: 'first' });
  expect(plan.candidates).toBe(2);
});

import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { idOf, openEngine } from './engine.ts';
import { fakeDim, picture } from './fake-workers.ts';
import { ask, at, fan, names } from './fan.ts';

test('a vector of any length is a direction', async () => {
  const e = await fan([0, 80]);
  const { results } = await e.collection.search({ vector: [0, 500, 0, 0, 0, 0, 0, 0] });
  expect(results.map((r) => [r.image, r.score])).toEqual([
    ['80.jpg', expect.closeTo(Math.cos(Math.PI / 18), 3)],
    ['0.jpg', 0],
  ]);
});

test('a vector with another number of numbers is of another space', async () => {
  const e = await fan([0]);
  await expect(e.collection.search({ vector: [1, 2, 3] })).rejects.toMatchObject({
    code: 'other_space',
    message: expect.stringMatching(/^vector must have 8 numbers, as space .* \(first\) has; got 3$/),
  });
});

test.each([0, Number.NaN, Number.POSITIVE_INFINITY])('a vector of %f is refused', async (number) => {
  const e = await fan([0]);
  await expect(e.collection.search({ vector: Array(fakeDim).fill(number) })).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining('finite length above 0'),
  });
});

test('several positives ask for what lies between them, and are no results themselves', async () => {
  const e = await fan([0, 40, 20, 90]);
  const positive = [ask('0.jpg'), ask('40.jpg')];
  const found = await e.collection.search({ positive, negative: [] });
  expect(found.query).toBeNull();
  expect(found.results.map((r) => r.image)).toEqual(['20.jpg', '90.jpg']);
  expect(found.results[0]!.score).toBeCloseTo(1, 3);
});

test('negatives push away, and are no results themselves', async () => {
  const e = await fan([0, 30, -20, 50]);
  expect(await names(e, { positive: [ask('0.jpg')], negative: [] })).toEqual(['-20.jpg', '30.jpg', '50.jpg']);
  expect(await names(e, { positive: [ask('0.jpg')], negative: [ask('-20.jpg')] })).toEqual(['30.jpg', '50.jpg']);
  const { results } = await e.collection.search({ positive: [ask('0.jpg')], negative: [ask('-20.jpg')] });
  expect(results[0]!.score).toBeGreaterThan(Math.cos(Math.PI / 6) + 0.05);
});

test('only negatives, and examples that cancel each other out, are refused', async () => {
  const e = await openEngine();
  await e.add('a.jpg', picture([1]));
  await e.add('b.jpg', picture([-1]));
  await expect(e.collection.search({ positive: [], negative: [ask('a.jpg')] })).rejects.toMatchObject({
    code: 'invalid_request',
  });
  await expect(e.collection.search({ positive: [ask('a.jpg'), ask('b.jpg')], negative: [] })).rejects.toMatchObject({
    code: 'invalid_request',
  });
});

test('an upload is embedded for its answer, and kept nowhere', async () => {
  const e = await fan([0, 60]);
  const found = await e.collection.search({ upload: at(10) });
  expect(found).toMatchObject({ query: null, results: [{ image: '0.jpg' }, { image: '60.jpg' }] });
  expect(found.timings.embed).toBeGreaterThan(0);
  expect(e.collection.status()).toMatchObject({ images: 2, contents: 2, inferences: 2 });
});

test('an upload of an indexed picture runs no network, and finds it with score 1', async () => {
  const e = await fan([17, 60]);
  const { results } = await e.collection.search({ upload: at(17) });
  expect(results[0]).toMatchObject({ image: '17.jpg', score: 1 });
  expect(e.workers.calls.embed).toBe(2);
});

test('an upload that cannot be decoded is refused with its reason', async () => {
  const e = await fan([0]);
  await expect(e.collection.search({ upload: picture('unsupported_format') })).rejects.toMatchObject({
    code: 'unsupported_format',
  });
  expect(e.collection.failures()).toEqual([]);
});

test('a content is asked about by its hash', async () => {
  const e = await fan([17, 60]);
  const { content } = e.collection.image({ image: '17.jpg' });
  const found = await e.collection.search({ content });
  expect(found.results[0]).toMatchObject({ image: '17.jpg', score: 1 });
  await expect(e.collection.search({ content: 'f'.repeat(64) })).rejects.toMatchObject({ code: 'image_not_found' });
  await e.collection.forget('pictures', ['17.jpg']);
  await expect(e.collection.search({ content })).rejects.toMatchObject({ code: 'image_not_found' });
});

test('a crop goes through the network; its picture is left out as itself', async () => {
  const e = await openEngine();
  // The fake network's crop moves the numbers by one place.
  await e.add('a.jpg', picture([0, 1]));
  await e.add('b.jpg', picture([1]));
  const crop = { x: 0, y: 0, w: 0.5, h: 0.5 };
  const found = await e.collection.search({ address: { image: 'a.jpg' }, crop });
  expect(found).toMatchObject({ query: { image: 'a.jpg' }, results: [{ image: 'b.jpg', score: 1 }] });
  const { content } = e.collection.image({ image: 'a.jpg' });
  for (const query of [
    { content, crop },
    { upload: picture([0, 1]), crop },
  ]) {
    expect((await e.collection.search(query)).results.map((r) => [r.image, r.score])).toEqual([
      ['b.jpg', 1],
      ['a.jpg', 0],
    ]);
  }
  expect(e.workers.calls.embed).toBe(5);
});

test('a picture in quarantine says so, with its reason', async () => {
  const e = await openEngine();
  await e.add('a.jpg', picture('truncated'));
  for (const address of [{ image: 'a.jpg' }, { image: 'a.jpg', root: 'pictures' }]) {
    await expect(e.collection.search({ address })).rejects.toMatchObject({
      code: 'image_quarantined',
      message: '"a.jpg" is in quarantine: truncated: the fake picture is truncated',
    });
  }
});

test('what is nowhere is not found; nor is a root', async () => {
  const e = await fan([0]);
  await expect(e.collection.search(ask('nowhere.jpg'))).rejects.toMatchObject({ code: 'image_not_found' });
  await expect(e.collection.search({ address: { image: '0.jpg', root: 'nowhere' } })).rejects.toMatchObject({
    code: 'root_not_found',
  });
});

test('a picture that the current space lacks is of another space', async () => {
  const e = await fan([0]);
  const { id, content } = e.collection.image({ image: '0.jpg' });
  const lacking = e.catalog.contents.insert({ ...e.collection.image({ id }), sha256: 'e'.repeat(64) });
  e.catalog.images.insert(1, { root: 'pictures', path: 'later.jpg', bytes: 1, mtimeMs: 1 }, lacking);
  await expect(e.collection.search(ask('later.jpg'))).rejects.toMatchObject({ code: 'other_space' });
  expect(() => e.collection.embedding(e.collection.image({ image: 'later.jpg' }).id)).toThrow(
    expect.objectContaining({ code: 'other_space' }),
  );
  expect((await e.collection.search({ content })).results).toHaveLength(1);
});

test('an aborted search rejects', async () => {
  const e = await fan([0]);
  const gate = e.workers.hold('embed');
  const abort = new AbortController();
  const running = e.collection.search({ upload: randomBytes(20) }, { signal: abort.signal });
  await gate.reached(1);
  abort.abort();
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  gate.release();
});

test('a stored embedding is of length 1, with the length that it had', async () => {
  const e = await openEngine();
  const { vector, length } = e.collection.embedding(idOf(await e.add('a.jpg', picture([3, 4]))));
  expect([...vector.subarray(0, 3)]).toEqual([expect.closeTo(0.6, 3), expect.closeTo(0.8, 3), 0]);
  expect(length).toBe(5);
});

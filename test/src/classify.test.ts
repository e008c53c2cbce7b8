import { expect, test } from 'vitest';
import { openEngine } from './engine.ts';
import { createFakeWorkers, picture } from './fake-workers.ts';
import { sha256 } from './moving.ts';

const tiger = { label: 'tiger', p: 0.75, wnid: 'n02129604' };
const crane = { label: 'crane', p: 0.25, wnid: 'n02012849' };
const bytes = picture([3, 1]);

test.each([
  ['an upload', { upload: bytes }],
  ['an indexed image', { address: { image: '1.jpg' } }],
  ['a content', { content: sha256(bytes) }],
])('%s has the classes of the network, most probable first', async (_, query) => {
  const e = await openEngine();
  await e.add('1.jpg', bytes);
  const { predictions, backbone } = await e.collection.classify(query);
  expect(backbone).toBe('first');
  expect(predictions).toEqual([tiger, crane, { label: 'crane', p: 0, wnid: 'n03126707' }]);
  expect((await e.collection.classify(query, { top: 1 })).predictions).toEqual([tiger]);
  expect((await e.collection.classify(query, { top: 1000 })).predictions).toHaveLength(3);
});

test('a part of a picture has its own classes', async () => {
  const { collection } = await openEngine();
  const crop = { x: 0, y: 0, w: 0.5, h: 0.5 };
  const { predictions } = await collection.classify({ upload: bytes, crop }, { top: 1 });
  expect(predictions).toEqual([{ label: 'crane', p: 0.75, wnid: 'n03126707' }]);
});

test.each([0, 1001, 1.5])('top %d is refused', async (top) => {
  const { collection, workers } = await openEngine();
  await expect(collection.classify({ upload: bytes }, { top })).rejects.toMatchObject({
    code: 'invalid_request',
    message: `top must be a whole number from 1 to 1000; got ${top}`,
  });
  expect(workers.calls.classify).toBe(0);
});

test('what cannot be classified says why', async () => {
  const e = await openEngine();
  const code = (query: Parameters<typeof e.collection.classify>[0]) =>
    e.collection.classify(query).then(
      () => 'none',
      (error) => error.code as string,
    );
  expect(await code({ upload: picture('not_an_image') })).toBe('not_an_image');
  expect(await code({ address: { image: 'nowhere.jpg' } })).toBe('image_not_found');
  expect(await code({ content: '0'.repeat(64) })).toBe('image_not_found');
  await e.add('broken.jpg', picture('truncated'));
  expect(await code({ address: { image: 'broken.jpg' } })).toBe('image_quarantined');
  await e.add('1.jpg', bytes);
  e.collection.roots.setState('pictures', 'offline');
  expect(await code({ address: { image: '1.jpg' } })).toBe('root_offline');
});

test('a network without classes is no_classes, before anything runs', async () => {
  const e = await openEngine({ classNames: [] });
  await expect(e.collection.classify({ upload: bytes })).rejects.toMatchObject({
    code: 'no_classes',
    message: 'network first tells no classes apart: it ends before them',
  });
  expect(e.workers.calls.classify).toBe(0);
});

test('labels that are not as many as the scores are an error of the network', async () => {
  const e = await openEngine({ classNames: [{ id: 'a', name: 'a' }] });
  await expect(e.collection.classify({ upload: bytes })).rejects.toMatchObject({
    code: 'backbone_invalid',
    message: 'first: its labels must name 3 classes, one for each of its scores; they name 1',
  });
});

test('another network than the collection has its own workers, which are closed afterwards', async () => {
  const other = createFakeWorkers();
  const e = await openEngine({ networks: { other } });
  const { backbone, predictions } = await e.collection.classify({ upload: bytes }, { backbone: 'other' });
  expect(backbone).toBe('other');
  expect(predictions[0]).toEqual(tiger);
  expect([other.calls.classify, e.workers.calls.classify]).toEqual([1, 0]);
  expect(other.closed).toBe(true);
  await expect(e.collection.classify({ upload: bytes }, { backbone: 'nothing' })).rejects.toMatchObject({
    code: 'backbone_not_found',
  });
});

test("the collection's own network by its name uses the workers that are there", async () => {
  const second = createFakeWorkers();
  const e = await openEngine({ networks: { first: second } });
  expect((await e.collection.classify({ upload: bytes }, { backbone: 'first' })).backbone).toBe('first');
  expect([second.calls.classify, e.workers.calls.classify]).toEqual([0, 1]);
});

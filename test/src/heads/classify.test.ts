import { expect, test } from 'vitest';
import { picture } from '../fake-workers.ts';
import { animal, openZoo, train } from './zoo.ts';

const tiger = { address: { image: 'tiger 10.jpg' } } as const;

test('the head in use says what a picture is; where none is, the network does', async () => {
  const e = await openZoo();
  expect(await e.collection.classify(tiger)).toMatchObject({
    head: null,
    predictions: [{ wnid: 'n02129604' }, {}, {}],
  });
  const { id } = await train(e);
  const said = await e.collection.classify(tiger);
  expect(said).toEqual({
    ...{ head: id, backbone: 'first' },
    predictions: [
      { label: 'tiger', p: expect.any(Number) },
      { label: 'lion', p: expect.any(Number) },
    ],
  });
  expect(said.predictions[0]).toEqual(e.collection.image(tiger.address).prediction);
  expect((await e.collection.classify(tiger, { top: 1 })).predictions).toHaveLength(1);
});

test('an indexed picture is not read again; an upload and a part of a picture are', async () => {
  const e = await openZoo();
  await train(e);
  const { calls } = e.workers;
  const embedded = calls.embed;
  await e.collection.classify(tiger);
  expect(calls.embed).toBe(embedded);
  const upload = animal('lion', 99);
  expect((await e.collection.classify({ upload })).predictions[0]).toMatchObject({ label: 'lion' });
  await e.collection.classify({ ...tiger, crop: { x: 0, y: 0, w: 0.5, h: 1 } });
  expect([calls.embed, calls.classify]).toEqual([embedded + 2, 0]);
});

test('a network that is named is asked for its own classes, another head for its labels', async () => {
  const e = await openZoo();
  const first = await train(e);
  await e.add('bear.jpg', picture([0, 0, 1]));
  e.collection.labels.set(e.collection.image({ image: 'bear.jpg' }).id, { label: 'bear', origin: 'cli' });
  const second = await train(e);
  const labels = async (o: object) => (await e.collection.classify(tiger, o)).predictions.map(({ label }) => label);
  expect([...(await labels({}))].sort()).toEqual(['bear', 'lion', 'tiger']);
  expect(await labels({ head: first.id })).toEqual(['tiger', 'lion']);
  expect(await labels({ head: second.id, top: 1 })).toEqual(['tiger']);
  const named = await e.collection.classify(tiger, { backbone: 'first' }).catch((error: unknown) => error);
  expect(named).toMatchObject({ code: 'backbone_not_found' });
  await expect(labels({ head: 1, backbone: 'first' })).rejects.toMatchObject({ code: 'invalid_request' });
  await expect(labels({ head: 9 })).rejects.toMatchObject({ code: 'head_not_found' });
  await expect(labels({ top: 0 })).rejects.toMatchObject({ code: 'invalid_request' });
});

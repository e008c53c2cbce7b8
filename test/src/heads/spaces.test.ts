import { expect, test } from 'vitest';
import type { JobRecord } from '../../../src/types.ts';
import { type Engine, type EngineOptions, fingerprint } from '../engine.ts';
import { picture } from '../fake-workers.ts';
import { addUnembedded, backwards, ended, move } from '../moving.ts';
import { addAnimals, headOf, openZoo, predicted, train, trainBold, trainingJob } from './zoo.ts';

const other = (): EngineOptions => ({ networks: { other: backwards() } });
const rollback = async (e: Engine): Promise<JobRecord> =>
  ended(e, e.collection.rebuild({ fromCache: false, rollback: true }));

test('a move trains the head of the new space anew, with the options of the one in use', async () => {
  const e = await openZoo(other());
  await train(e, { seed: 7, steps: 20, epochs: undefined });
  const job = await move(e, 'other');
  expect(job.notes).toEqual([
    'head 1 is of the space that was left: head 2 is in use, trained on the labels now, with the same options',
  ]);
  const { list, get } = e.collection.heads;
  expect(list().map(({ id, space, inUse }) => [id, space, inUse])).toEqual([
    [2, fingerprint('other'), true],
    [1, fingerprint('first'), false],
  ]);
  expect(get(2).options).toEqual({ ...get(1).options, evalEvery: 10 });
  expect(get(2).options).toMatchObject({ seed: 7, steps: 20, epochs: null });
  expect(predicted(e, 'tiger 10', 'lion 10')).toEqual(['tiger', 'lion']);
  await addAnimals(e, 'lion', 1, { from: 30, label: null });
  expect(predicted(e, 'lion 30')).toEqual(['lion']);
});

test('a move back takes the head that was trained there', async () => {
  const e = await openZoo(other());
  await train(e);
  await move(e, 'other');
  await addAnimals(e, 'tiger', 1, { from: 30, label: null });
  const job = await rollback(e);
  expect(job).toMatchObject({
    state: 'done',
    notes: ['head 2 is of the space that was left: head 1 is in use, trained in this space before'],
  });
  expect(e.collection.heads.get(1).inUse).toBe(true);
  expect(predicted(e, 'tiger 30')).toEqual(['tiger']);
});

test('where no head can be trained after a move none is in use, and the notes say why', async () => {
  const e = await openZoo(other());
  await train(e);
  for (const { id } of e.collection.images({ limit: 100 }).images) {
    e.collection.labels.set(id, { label: null, origin: 'cli' });
  }
  const { notes } = await move(e, 'other');
  expect(notes).toEqual([
    'head 1 is of the space that was left, and none is in use now: a head needs labelled pictures; got none',
  ]);
  expect([e.collection.status().head, predicted(e, 'tiger 0')]).toEqual([null, [null]]);
});

test('where no head was in use a move trains none', async () => {
  const e = await openZoo(other());
  await train(e, { use: false });
  expect((await move(e, 'other')).notes).toBeUndefined();
  expect(e.collection.heads.list()).toHaveLength(1);
});

test('what the old head said is shown until the new one takes over', async () => {
  const seen: (string | null)[] = [];
  let look = (): void => {};
  const watching: typeof trainBold = (...task) => {
    look();
    return trainBold(...task);
  };
  const e = await openZoo({ ...other(), heads: { folder: null, train: watching } });
  await train(e);
  look = () => seen.push(e.collection.status().space, ...predicted(e, 'tiger 10'));
  await move(e, 'other');
  expect(seen).toEqual([fingerprint('other'), 'tiger']);
});

test('a head is of its space only: in another it cannot be used, but can be asked', async () => {
  const e = await openZoo(other());
  await train(e);
  await move(e, 'other');
  await expect(e.collection.heads.use(1)).rejects.toMatchObject({ code: 'other_space' });
  const asked = await e.collection.classify({ address: { image: 'lion 10.jpg' } }, { head: 1 });
  expect(asked).toMatchObject({ head: 1, backbone: 'first', predictions: [{ label: 'lion' }, { label: 'tiger' }] });
});

test('a training in another space is not in use, and says so', async () => {
  const e = await openZoo(other());
  await move(e, 'other');
  await addAnimals(e, 'tiger', 2, { from: 30 });
  const job = await trainingJob(e, { space: 'first' });
  expect(headOf(job)).toMatchObject({ space: fingerprint('first'), inUse: false, pictures: { train: 16 } });
  expect(job.notes).toEqual([
    `2 labelled pictures have no embedding in space ${fingerprint('first')} (first): nothing is learnt from them`,
    `head 1 is not in use: space ${fingerprint('first')} (first) is not the current one`,
  ]);
  expect(headOf(await trainingJob(e, { space: 'first', use: false })).inUse).toBe(false);
});

test('a space that is dropped takes its heads along', async () => {
  const e = await openZoo(other());
  await train(e);
  const job = await move(e, 'other', { dropOld: true });
  expect(job.result).toMatchObject({ dropped: fingerprint('first') });
  expect(e.collection.heads.list().map(({ id }) => id)).toEqual([2]);
  expect(predicted(e, 'tiger 10', 'lion 10')).toEqual(['tiger', 'lion']);
});

test('a rebuild predicts what it embeds', async () => {
  const e = await openZoo();
  await train(e);
  addUnembedded(e, 'new.jpg', picture([1, 0, 0]));
  expect(predicted(e, 'new')).toEqual([null]);
  await ended(e, e.collection.rebuild({ fromCache: false }));
  expect(predicted(e, 'new')).toEqual(['tiger']);
});

test('a move that was killed before its head took over is made whole by the next rebuild', async () => {
  const e = await openZoo(other());
  await train(e);
  await move(e, 'other');
  e.catalog.transaction(() => e.catalog.heads.use(1));
  const job = await ended(e, e.collection.rebuild({ fromCache: true }));
  expect(job.notes).toEqual([expect.stringMatching(/head 2 is in use/)]);
  expect(e.collection.heads.get(2).inUse).toBe(true);
});

import { describe, expect, test } from 'vitest';
import type { LabelQuery } from '../../../src/types.ts';
import { type Engine, openEngine } from '../engine.ts';
import { picture } from '../fake-workers.ts';
import { addAnimals, openZoo, predicted, train, trainBold } from './zoo.ts';

/** One tiger is called a lion; there are two pictures of each without a label; a bear is nothing that the head knows. */
async function trainedZoo(): Promise<Engine> {
  const e = await openZoo();
  await train(e);
  await e.add('tiger 0 too.jpg', picture([1, 0, 0], 'another file'));
  e.collection.labels.set(e.collection.image({ image: 'tiger 9.jpg' }).id, { label: 'lion', origin: 'cli' });
  return e;
}
const names = (images: readonly { image: string }[]) => images.map(({ image }) => image.replace('.jpg', '')).sort();
const found = async (e: Engine, labels: LabelQuery) =>
  names((await e.collection.search({ vector: [1, 1, 0, 0, 0, 0, 0, 0] }, { k: 100, labels })).results);
const listed = (e: Engine, labels: LabelQuery) => names(e.collection.images({ labels, limit: 100 }).images);
const tigers = Array.from({ length: 9 }, (_, n) => `tiger ${n}`);
const lions = [...Array.from({ length: 10 }, (_, n) => `lion ${n}`), 'tiger 9'].sort();
const others = ['tiger 0 too', 'tiger 10', 'tiger 11'];

describe('a search by label', () => {
  test.each<[LabelQuery, string[]]>([
    [{ anyOf: ['tiger'] }, [...tigers, ...others].sort()],
    [{ anyOf: ['tiger'], source: 'given' }, tigers],
    [{ anyOf: ['tiger'], source: 'predicted' }, others],
    [{ anyOf: ['tiger'], source: 'predicted', minP: 0 }, others],
    [{ anyOf: ['tiger'], source: 'predicted', minP: 1 }, []],
    [{ anyOf: ['tiger'], minP: 1 }, tigers],
    [{ noneOf: ['lion'] }, [...tigers, ...others].sort()],
    [{ noneOf: ['lion'], source: 'given' }, [...tigers, ...others, 'lion 10', 'lion 11'].sort()],
    [{ noneOf: ['lion'], minP: 1 }, [...tigers, ...others, 'lion 10', 'lion 11'].sort()],
    [{ anyOf: ['lion'], noneOf: ['tiger'] }, [...lions, 'lion 10', 'lion 11'].sort()],
  ])('%j takes given labels, and predictions where there are none', async (labels, expected) => {
    const e = await trainedZoo();
    expect(await found(e, labels)).toEqual(expected);
    expect(listed(e, labels)).toEqual(expected);
  });

  test('finds what is predicted now', async () => {
    const e = await trainedZoo();
    const ask = async () => (await found(e, { anyOf: ['tiger'], source: 'predicted' })).length;
    expect(await ask()).toBe(3);
    await addAnimals(e, 'tiger', 1, { from: 20, label: null });
    expect(await ask()).toBe(4);
    e.collection.labels.set(e.collection.image({ image: 'tiger 20.jpg' }).id, { label: 'lion', origin: 'cli' });
    expect(await ask()).toBe(3);
    await e.collection.heads.use(null);
    expect(await ask()).toBe(0);
  });

  test('takes a label that only the head in use tells, and names it where one is nearly that', async () => {
    const e = await trainedZoo();
    for (const { id, label } of e.collection.images({ limit: 100 }).images) {
      if (label === 'tiger') e.collection.labels.set(id, { label: null, origin: 'cli' });
    }
    expect(await found(e, { anyOf: ['tiger'] })).toHaveLength(12);
    const message = 'label must be one that a picture has, or the head in use tells; got "tigr"';
    await expect(found(e, { anyOf: ['tigr'] })).rejects.toMatchObject({ message, hint: 'near: tiger' });
    await e.collection.heads.use(null);
    await expect(found(e, { anyOf: ['tiger'] })).rejects.toMatchObject({
      message: 'label must be one that a picture has; got "tiger"',
    });
  });
});

describe('the list of labels', () => {
  const counts = (e: Engine) => e.collection.labels.list().labels.map((l) => [l.label, l.given, l.predicted]);

  test('counts the images without a given label for which each is predicted', async () => {
    const e = await trainedZoo();
    await e.add('tiger 0 copy.jpg', picture([1, 0, 0], 'another file'));
    expect(counts(e)).toEqual([
      ['lion', 11, 2],
      ['tiger', 9, 4],
    ]);
    expect(e.collection.labels.list()).toMatchObject({ labelled: 20, unlabelled: 6 });
    await e.collection.heads.use(null);
    expect(counts(e)).toEqual([
      ['lion', 11, 0],
      ['tiger', 9, 0],
    ]);
  });

  test('has a label that is only predicted', async () => {
    const e = await trainedZoo();
    for (const { id, label } of e.collection.images({ limit: 100 }).images) {
      if (label === 'lion') e.collection.labels.set(id, { label: 'zebra', origin: 'cli' });
    }
    expect(counts(e)).toEqual([
      ['lion', 0, 2],
      ['tiger', 9, 3],
      ['zebra', 11, 0],
    ]);
  });
});

describe('a label that is renamed', () => {
  test('is renamed in what the head says, also of new pictures', async () => {
    const e = await trainedZoo();
    e.collection.labels.rename('tiger', 'big cat', 'cli');
    await addAnimals(e, 'tiger', 1, { from: 20, label: null });
    expect(predicted(e, 'tiger 0', 'tiger 10', 'tiger 20')).toEqual(['big cat', 'big cat', 'big cat']);
    expect(await found(e, { anyOf: ['big cat'], source: 'predicted' })).toHaveLength(4);
    const head = e.collection.heads.get(1);
    expect([head.labels, head.evaluation.validation!.classes.map(({ label }) => label)]).toEqual([
      ['lion', 'big cat'],
      ['lion', 'big cat'],
    ]);
    expect(e.collection.heads.load(1).labels).toEqual(['lion', 'big cat']);
    const { predictions } = await e.collection.classify({ address: { image: 'tiger 10.jpg' } });
    expect(predictions.map(({ label }) => label)).toEqual(['big cat', 'lion']);
  });

  test('while it is being learnt is known by its new name', async () => {
    let going = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      going = resolve;
    });
    const slow: typeof trainBold = async (...task) => {
      await waiting;
      return trainBold(...task);
    };
    const e = await openZoo({ heads: { folder: null, train: slow } });
    const trained = train(e);
    await new Promise(setImmediate);
    await addAnimals(e, 'bear', 1);
    e.collection.labels.rename('tiger', 'cat', 'cli');
    e.collection.labels.merge(['lion'], 'bear', 'cli');
    going();
    // What was merged is there no more: it is called as it was then.
    expect((await trained).labels).toEqual(['lion', 'cat']);
    expect(predicted(e, 'tiger 10', 'lion 10')).toEqual(['cat', 'lion']);
  });
});

test('labels that are merged are one in what the head says, and as probable as both were together', async () => {
  const e = await openEngine({ heads: { folder: null, train: trainBold } });
  for (const kind of ['tiger', 'lion', 'bear']) await addAnimals(e, kind, 10);
  await e.add('between.jpg', picture([1, 1, 0]));
  await train(e);
  const ask = async () => (await e.collection.classify({ address: { image: 'between.jpg' } })).predictions;
  const p = Object.fromEntries((await ask()).map((score) => [score.label, score.p])) as Record<string, number>;
  const before = e.collection.image({ image: 'tiger 0.jpg' }).prediction;
  e.collection.labels.merge(['lion'], 'tiger', 'cli');
  expect(await ask()).toEqual([
    { label: 'tiger', p: expect.closeTo(p.tiger! + p.lion!, 5) },
    { label: 'bear', p: p.bear },
  ]);
  expect(predicted(e, 'lion 0', 'bear 0')).toEqual(['tiger', 'bear']);
  expect(e.collection.image({ image: 'tiger 0.jpg' }).prediction).toEqual(before);
  expect(e.collection.status().head).toMatchObject({ labels: 2 });
  await e.add('between too.jpg', picture([1, 1, 0], 'too'));
  expect(e.collection.image({ image: 'between too.jpg' }).prediction!.p).toBeCloseTo(p.tiger! + p.lion!, 5);
  expect((await train(e)).labels).toEqual(['bear', 'tiger']);
});

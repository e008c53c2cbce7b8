import { describe, expect, test } from 'vitest';
import type { JobEvent } from '../../../src/types.ts';
import { openEngine } from '../engine.ts';
import { picture } from '../fake-workers.ts';
import type { trainHere } from '../train-here.ts';
import { addAnimals, addManyTigers, openZoo, train, trainingJob } from './zoo.ts';

describe('a training', () => {
  test('tells of each look, and its notes say what could not be done as usual', async () => {
    const e = await openZoo();
    await addAnimals(e, 'bear', 1);
    const job = e.collection.heads.train({ epochs: 3 });
    const events: JobEvent[] = [];
    for await (const event of e.collection.jobs.events(job.id)) events.push(event);
    const steps = events.flatMap((event) => (event.type === 'training' ? [event.training] : []));
    expect(steps.filter(({ phase }) => phase === 'fit')).toHaveLength(3);
    expect(steps.map(({ fold }) => fold)).toContain(5);
    expect(steps.at(-1)).toMatchObject({ phase: 'refit', fold: null });
    const end = e.collection.jobs.get(job.id);
    expect(end).toMatchObject({
      state: 'done',
      kind: 'train',
      notes: [expect.stringMatching(/^one picture .* bear$/)],
    });
    expect(end.done).toBe(end.total);
  });

  test('learns nothing from pictures that are not in results, have no label, or no embedding here', async () => {
    const e = await openZoo();
    await e.collection.forget('pictures', ['tiger 0.jpg', 'tiger 1.jpg']);
    e.collection.labels.set(e.collection.image({ image: 'lion 0.jpg' }).id, { label: null, origin: 'cli' });
    expect((await train(e)).pictures).toEqual({ train: 13, validation: 4, test: 0 });
  });

  test('keeps to the splits that came with the labels', async () => {
    const e = await openZoo();
    for (const kind of ['tiger', 'lion']) {
      for (const [n, split] of [
        [0, 'test'],
        [1, 'validation'],
      ] as const) {
        const { id } = e.collection.image({ image: `${kind} ${n}.jpg` });
        e.collection.labels.set(id, { label: kind, split, origin: 'cli' });
      }
    }
    expect((await train(e)).pictures).toEqual({ train: 16, validation: 2, test: 2 });
  });

  test('that runs is the answer to the same request; another one has to wait', async () => {
    const e = await openZoo();
    const job = e.collection.heads.train({ epochs: 50, seed: 3 });
    expect(e.collection.heads.train({ epochs: 50, seed: 3 }).id).toBe(job.id);
    expect(() => e.collection.heads.train({})).toThrow(
      expect.objectContaining({ code: 'busy', message: `a training is running already, as job ${job.id}` }),
    );
    expect(await e.collection.jobs.cancel(job.id)).toMatchObject({ state: 'cancelled' });
    expect(e.collection.heads.list()).toEqual([]);
    expect((await train(e)).inUse).toBe(true);
  });

  test('does not begin with options that are wrong, nor in a space that there is not', async () => {
    const e = await openZoo();
    const refuse = (request: object, error: object) =>
      expect(() => e.collection.heads.train(request)).toThrow(expect.objectContaining(error));
    refuse({ epochs: 0 }, { code: 'invalid_request', message: 'epochs must be a whole number, 1 to 10000; got 0' });
    refuse({ space: 'nowhere' }, { code: 'space_not_found' });
    expect(e.collection.jobs.list()).toEqual([]);
  });

  test('whose process fails ends with its reason', async () => {
    const broken: typeof trainHere = async () => Promise.reject(new Error('the process died'));
    const e = await openZoo({ heads: { folder: null, train: broken } });
    expect(await trainingJob(e)).toMatchObject({ state: 'failed', error: { message: 'the process died' } });
    expect(e.collection.heads.list()).toEqual([]);
  });
});

describe('a training is refused, and says what is lacking, where', () => {
  const refusal = (e: { collection: { heads: { train(o: object): unknown } } }) => {
    try {
      e.collection.heads.train({});
    } catch (error) {
      return error;
    }
    throw new Error('it was not refused');
  };

  test('no picture has a label', async () => {
    const e = await openEngine();
    await addAnimals(e, 'tiger', 3, { label: null });
    expect(refusal(e)).toMatchObject({
      code: 'training_data_invalid',
      message: 'a head needs labelled pictures; got none',
    });
  });

  test('all labels are the same', async () => {
    const e = await openEngine();
    await addAnimals(e, 'tiger', 3);
    expect(refusal(e)).toMatchObject({
      code: 'training_data_invalid',
      message: 'a head tells labels apart, so it needs at least two; got only "tiger"',
    });
  });

  test('all labels of very many pictures are the same', async () => {
    const e = await openEngine();
    await addAnimals(e, 'tiger', 1);
    addManyTigers(e.catalog, 2001);
    expect(refusal(e)).toMatchObject({ message: expect.stringMatching(/got only "tiger"$/) });
  });

  test('all pictures of the other label are broken', async () => {
    const e = await openEngine({ labelsFromFolders: true });
    for (const n of [1, 2, 3]) {
      await e.add(`tiger/${n}.jpg`, picture([1, n]));
      await e.add(`lion/${n}.jpg`, picture('truncated', `${n}`));
    }
    expect(refusal(e)).toMatchObject({
      message: 'a head tells labels apart, so it needs at least two; got only "tiger"',
      hint: expect.stringMatching(
        /; 3 files are in quarantine: nothing is learnt from them; indexer failures lists them$/,
      ),
    });
  });

  test('labels were imported for pictures that are not there', async () => {
    const e = await openEngine();
    await addAnimals(e, 'tiger', 2);
    const csv = Buffer.from('path,label\nno.jpg,lion\nneither.jpg,bear\n');
    await e.collection.labels.importCsv(csv, { origin: 'csv:a.csv' });
    expect(refusal(e)).toMatchObject({ message: expect.stringMatching(/got only "tiger"$/) });
    await addAnimals(e, 'lion', 2);
    expect((await train(e)).labels).toEqual(['lion', 'tiger']);
  });
});

test('a label with one picture is learnt, one without any is not known', async () => {
  const e = await openZoo();
  await addAnimals(e, 'bear', 1);
  const { labels } = await train(e);
  expect(labels).toEqual(['bear', 'lion', 'tiger']);
  for (const { p } of (await e.collection.classify({ address: { image: 'bear 0.jpg' } })).predictions) {
    expect(p).toBeGreaterThanOrEqual(0);
  }
});

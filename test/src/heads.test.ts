import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/sqlite.ts';
import { fingerprint, openEngine, temporaryFolder } from './engine.ts';
import { picture } from './fake-workers.ts';
import { addAnimals, openZoo, predicted, train } from './heads/zoo.ts';

describe('a trained head', () => {
  test('is in use at once: every picture has a prediction, also where it has a label', async () => {
    const e = await openZoo();
    expect(e.collection.image({ image: 'tiger 10.jpg' }).prediction).toBe(null);
    const head = await train(e);
    expect(predicted(e, 'tiger 0', 'tiger 10', 'lion 3', 'lion 11')).toEqual(['tiger', 'tiger', 'lion', 'lion']);
    const { label, prediction } = e.collection.image({ image: 'lion 11.jpg' });
    expect([label, prediction]).toEqual([null, { label: 'lion', p: expect.any(Number) }]);
    expect(prediction!.p).toBeGreaterThan(0.5);
    expect(e.collection.status().head).toEqual({ id: head.id, labels: 2, predicted: 24, unknown: 0 });
    const { results } = await e.collection.search({ address: { image: 'tiger 10.jpg' } }, { k: 3 });
    expect(results.map((result) => result.prediction?.label)).toEqual(['tiger', 'tiger', 'tiger']);
  });

  test('is listed with what it was made of, the newest first', async () => {
    const e = await openZoo();
    const first = await train(e);
    expect(first).toEqual({
      ...{ id: 1, space: fingerprint('first'), backbone: 'first', labels: ['lion', 'tiger'], inUse: true, accuracy: 1 },
      ...{ at: expect.any(Number), pictures: { train: 16, validation: 4, test: 0 } },
      ...{ threshold: expect.any(Number), data: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    const second = await train(e, { seed: 5, use: false });
    expect(second).toMatchObject({ id: 2, inUse: false, data: first.data });
    expect(e.collection.heads.list()).toEqual([second, first]);
    expect(e.collection.heads.get(1)).toMatchObject({
      ...first,
      options: { seed: 123, epochs: 10, arch: 'linear' },
      evaluation: { validation: { accuracy: 1 }, history: { length: 10 }, runtime: 'this process' },
    });
  });

  test('leaves the one in use where it is told to, until it is asked for', async () => {
    const e = await openZoo();
    await train(e);
    await addAnimals(e, 'bear', 10);
    const second = await train(e, { use: false });
    expect(predicted(e, 'tiger 0', 'bear 0')).not.toContain('bear');
    expect(await e.collection.heads.use(second.id)).toMatchObject({ id: 2, inUse: true });
    expect(e.collection.heads.get(1).inUse).toBe(false);
    expect(predicted(e, 'tiger 0', 'bear 0')).toEqual(['tiger', 'bear']);
    expect(await e.collection.heads.use(1)).toMatchObject({ id: 1, inUse: true });
    expect(predicted(e, 'bear 0')).not.toContain('bear');
    expect(await e.collection.heads.use(null)).toBe(null);
    expect([predicted(e, 'tiger 0'), e.collection.status().head]).toEqual([[null], null]);
  });

  test('goes, and what it said with it', async () => {
    const e = await openZoo();
    const { id } = await train(e);
    expect(e.collection.heads.delete(id)).toMatchObject({ id, inUse: true });
    expect([e.collection.heads.list(), predicted(e, 'tiger 0')]).toEqual([[], [null]]);
    for (const ask of [() => e.collection.heads.get(id), () => e.collection.heads.load(id)]) {
      expect(ask).toThrow(expect.objectContaining({ code: 'head_not_found', message: `no head has the id ${id}` }));
    }
    expect(() => e.collection.heads.delete(id)).toThrow(expect.objectContaining({ code: 'head_not_found' }));
    await expect(e.collection.heads.use(id)).rejects.toMatchObject({ code: 'head_not_found' });
    await expect(e.collection.heads.report(id)).rejects.toMatchObject({ code: 'head_not_found' });
    expect((await train(e)).id).toBe(id + 1);
  });

  test('says nothing of a picture that it is too unsure of', async () => {
    const e = await openZoo();
    const lenient = await train(e);
    await e.add('between.jpg', picture([1, 1]));
    // No head learns a threshold above 1: with this one everything is unknown.
    e.catalog.transaction(() => {
      const { at, accuracy, data, pictures } = lenient;
      const labels = ['lion', 'tiger'].map((name) => ({ id: -1, name }));
      const rest = e.catalog.heads.rest(lenient.id);
      const report = { mistakes: [], suspects: [] };
      const bytes = e.catalog.heads.bytes(lenient.id);
      const space = fingerprint('first');
      e.catalog.heads.insert({
        space,
        at,
        threshold: 1.1,
        labels,
        facts: { accuracy, data, pictures },
        rest,
        report,
        bytes,
      });
    });
    await e.collection.heads.use(lenient.id + 1);
    expect(predicted(e, 'tiger 0', 'between')).toEqual([null, null]);
    expect(e.collection.status().head).toMatchObject({ predicted: 0, unknown: 25 });
    const found = async (minP?: number) =>
      (
        await e.collection.search(
          { vector: [1, 0, 0, 0, 0, 0, 0, 0] },
          { k: 100, labels: { anyOf: ['tiger'], source: 'predicted', minP } },
        )
      ).results.length;
    expect([await found(), await found(0.6)]).toEqual([0, 2]);
  });
});

describe('new pictures', () => {
  test('are predicted when they are indexed', async () => {
    const e = await openZoo();
    await train(e);
    await addAnimals(e, 'tiger', 1, { from: 50, label: null });
    expect(predicted(e, 'tiger 50')).toEqual(['tiger']);
    const { id } = e.collection.image({ image: 'tiger 50.jpg' });
    await e.collection.forget('pictures', ['tiger 50.jpg']);
    await addAnimals(e, 'tiger', 1, { from: 50, label: null });
    expect(e.collection.image({ id }).prediction?.label).toBe('tiger');
  });

  test('that arrive while a head is being put to use have its predictions too', async () => {
    const e = await openZoo();
    await train(e);
    await addAnimals(e, 'bear', 10);
    const { id } = await train(e, { use: false });
    const using = e.collection.heads.use(id);
    await addAnimals(e, 'bear', 3, { from: 20, label: null });
    await using;
    await addAnimals(e, 'bear', 1, { from: 30, label: null });
    expect(predicted(e, 'bear 20', 'bear 21', 'bear 22', 'bear 30')).toEqual(['bear', 'bear', 'bear', 'bear']);
    expect(e.collection.status().head).toMatchObject({ predicted: 38, unknown: 0 });
  });

  test('that are forgotten for good take their predictions along', async () => {
    const e = await openZoo();
    const { id } = await train(e);
    await e.collection.forget('pictures', ['tiger 0.jpg']);
    expect(e.collection.status().head).toMatchObject({ predicted: 23 });
    const purged = e.catalog.purge(Date.now() + 1000, 10);
    expect(purged).toHaveLength(1);
    e.collection.heads.delete(id);
    expect(e.collection.status().contents).toBe(23);
  });
});

test('a head that is deleted while it is being put to use is not in use', async () => {
  const e = await openZoo();
  await train(e);
  const { id } = await train(e, { use: false });
  const using = e.collection.heads.use(id);
  e.collection.heads.delete(id);
  await expect(using).rejects.toMatchObject({ code: 'head_not_found' });
  expect(e.collection.status().head).toMatchObject({ id: 1, predicted: 24 });
});

test('a head whose bytes are damaged stops no picture from being indexed, and says so itself', async () => {
  const folder = temporaryFolder();
  const e = await openZoo({ data: folder });
  const { id } = await train(e);
  await e.collection.close();
  const db = openDatabase(join(folder, 'catalog.db'));
  db.prepare('UPDATE heads SET bytes = ? WHERE id = ?').run(Buffer.from('PXKH but nothing else of it'), id);
  db.close();
  const again = await openEngine({ data: folder, root: 'more' });
  again.write('new.jpg', picture([1, 0, 0]));
  expect(await again.ingest('new.jpg')).toMatchObject({ type: 'indexed' });
  const asked = again.collection.classify({ address: { image: 'new.jpg' } });
  await expect(asked).rejects.toMatchObject({ code: 'head_damaged' });
  expect(predicted(again, 'tiger 0', 'new')).toEqual(['tiger', null]);
});

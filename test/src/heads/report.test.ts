import { expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { addAnimals, openZoo, train } from './zoo.ts';

/** Twelve of each; one tiger is called a lion; two of each have no label. */
async function mislabelled(): Promise<Engine> {
  const e = await openZoo();
  await addAnimals(e, 'tiger', 2, { from: 20 });
  await addAnimals(e, 'lion', 1, { from: 20 });
  await addAnimals(e, 'tiger', 1, { from: 30, label: 'lion' });
  return e;
}
const images = (list: readonly { image: { image: string } }[]) => list.map(({ image }) => image.image);

test('a report has the pictures that a head got wrong, most confident first, and labels that are probably wrong', async () => {
  const e = await mislabelled();
  const { id } = await train(e, { epochs: 30, folds: 5 });
  const report = await e.collection.heads.report(id);
  expect(report.mistakes[0]).toEqual({
    image: e.collection.image({ image: 'tiger 30.jpg' }),
    ...{
      split: expect.stringMatching(/^(train|validation)$/),
      given: 'lion',
      predicted: 'tiger',
      p: expect.any(Number),
    },
  });
  expect(report.mistakes.map(({ p }) => p)).toEqual(report.mistakes.map(({ p }) => p).sort((a, b) => b - a));
  expect(report.mistakeCount).toBe(report.mistakes.length);
  expect(report.mislabelled[0]).toMatchObject({ image: { image: 'tiger 30.jpg' }, given: 'lion', suggested: 'tiger' });
  expect(report.mislabelled[0]!.pSuggested).toBeGreaterThan(report.mislabelled[0]!.pGiven);
  expect(report.head).toEqual(e.collection.heads.get(id));
});

test('a label that was set right, and a picture that has left the results, are not in it any more', async () => {
  const e = await mislabelled();
  const { id } = await train(e, { epochs: 30, folds: 5 });
  const before = await e.collection.heads.report(id);
  const wrong = e.collection.image({ image: 'tiger 30.jpg' });
  e.collection.labels.set(wrong.id, { label: 'tiger', origin: 'http' });
  const after = await e.collection.heads.report(id);
  expect([after.mislabelledCount, after.mistakeCount]).toEqual([before.mislabelledCount - 1, before.mistakeCount]);
  expect(images(after.mislabelled)).not.toContain('tiger 30.jpg');
  await e.collection.forget('pictures', ['tiger 30.jpg']);
  const gone = await e.collection.heads.report(id);
  expect(gone.mistakeCount).toBe(before.mistakeCount - 1);
  expect(images(gone.mistakes)).not.toContain('tiger 30.jpg');
});

test('what to label next are pictures without a label, the most uncertain first', async () => {
  const e = await openZoo();
  const { id } = await train(e);
  await addAnimals(e, 'bear', 2, { label: null });
  const { nextToLabel } = await e.collection.heads.report(id);
  expect(images(nextToLabel)).toHaveLength(6);
  expect(images(nextToLabel)[0]).toMatch(/^bear/);
  expect(images(nextToLabel).sort()).toEqual(
    ['bear 0', 'bear 1', 'lion 10', 'lion 11', 'tiger 10', 'tiger 11'].map((name) => `${name}.jpg`),
  );
  for (const { uncertainty } of nextToLabel) expect(uncertainty).toBeGreaterThan(0);
});

test('lists are cut at the limit', async () => {
  const e = await mislabelled();
  const { id } = await train(e, { epochs: 30, folds: 5 });
  const {
    mistakes,
    mislabelled: suspects,
    nextToLabel,
    mistakeCount,
  } = await e.collection.heads.report(id, { limit: 1 });
  expect([mistakes.length, suspects.length, nextToLabel.length]).toEqual([1, 1, 1]);
  expect(mistakeCount).toBeGreaterThan(0);
  expect((await e.collection.heads.report(id, { limit: 0 })).nextToLabel).toEqual([]);
  await expect(e.collection.heads.report(id, { limit: 1001 })).rejects.toMatchObject({
    message: 'limit must be a whole number from 0 to 1000; got 1001',
  });
});

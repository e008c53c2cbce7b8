import { expect, test } from 'vitest';
import { createClassifiers, type FoundClassifier } from '../../src/classifiers.ts';
import { PixkinError } from '../../src/errors.ts';
import { createFakeWorkers, type FakeWorkers, fakeClassNames } from './fake-workers.ts';

/** A network that opens new workers each time; those that were opened. */
function network(space = 'other'): { found: FoundClassifier; opened: FakeWorkers[] } {
  const opened: FakeWorkers[] = [];
  const open = async () => {
    const workers = createFakeWorkers();
    opened.push(workers);
    return { backbone: space, names: fakeClassNames, workers };
  };
  return { found: { space, open }, opened };
}
const never = () => Promise.reject(new Error('nobody looks for one'));

test('a network is open while somebody uses it, and closed when nobody has for a while', async () => {
  const { found, opened } = network();
  const classifiers = createClassifiers(never, { idleMs: 0 });
  await classifiers.use(found, async (first) => {
    await classifiers.use(found, async (second) => expect(second).toBe(first));
    expect(opened.map(({ closed }) => closed)).toEqual([false]);
  });
  await classifiers.use(found, async () => expect(opened.map(({ closed }) => closed)).toEqual([true, false]));
});

test('until then it is used again, and it is closed with the collection', async () => {
  const { found, opened } = network();
  const classifiers = createClassifiers(never);
  for (let i = 0; i < 3; i++) await classifiers.use(found, async () => {});
  expect(opened.map(({ closed }) => closed)).toEqual([false]);
  await classifiers.close();
  expect(opened.map(({ closed }) => closed)).toEqual([true]);
  await expect(classifiers.use(found, async () => {})).rejects.toMatchObject({ code: 'closed' });
});

test('one that could not be opened is tried again', async () => {
  const { found, opened } = network();
  const classifiers = createClassifiers(never);
  const broken = { ...found, open: () => Promise.reject(new PixkinError('backbone_invalid', 'no labels')) };
  await expect(classifiers.use(broken, async () => {})).rejects.toMatchObject({ code: 'backbone_invalid' });
  await classifiers.use(found, async () => {});
  expect(opened).toHaveLength(1);
  await classifiers.close();
});

test('networks of different spaces are different ones', async () => {
  const [one, other] = [network('one'), network('other')];
  const classifiers = createClassifiers(never);
  await classifiers.use(one.found, async ({ backbone }) => expect(backbone).toBe('one'));
  await classifiers.use(other.found, async ({ backbone }) => expect(backbone).toBe('other'));
  await classifiers.close();
});

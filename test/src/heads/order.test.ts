import { expect, test } from 'vitest';
import { openEngine } from '../engine.ts';
import { addAnimals, train, trainBold } from './zoo.ts';

test('the same pictures give the same head, whichever was indexed first', async () => {
  const headOf = async (kinds: readonly string[]) => {
    const e = await openEngine({ heads: { folder: null, train: trainBold } });
    for (const kind of kinds) await addAnimals(e, kind, 10);
    const { id, data } = await train(e, { seed: 7 });
    return { data, layers: e.collection.heads.load(id).layers };
  };
  expect(await headOf(['lion', 'bear', 'tiger'])).toEqual(await headOf(['tiger', 'lion', 'bear']));
});

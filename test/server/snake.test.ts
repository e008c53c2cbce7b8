import { expect, test } from 'vitest';
import { snake } from '../../server/snake.ts';

test('names of fields get underscores at any depth; values stay as they are', () => {
  const value = {
    valLoss: 1,
    macroF1: null,
    top5: 'aB',
    list: [{ evalEvery: [1, { inUse: false }] }],
    gone: undefined,
  };
  expect(snake(value)).toEqual({
    ...{ val_loss: 1, macro_f1: null, top5: 'aB' },
    list: [{ eval_every: [1, { in_use: false }] }],
  });
});

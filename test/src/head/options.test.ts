import { expect, test } from 'vitest';
import { type HeadOptions, resolveHeadOptions } from '../../../src/head/options.ts';

const few = { pictures: 650, classes: 5 };

test('nothing asked for is a linear head, thirty epochs of Adam, stopped early', () => {
  expect(resolveHeadOptions({}, few)).toEqual({
    holdout: 0.2,
    folds: 5,
    seed: 123,
    arch: 'linear',
    hidden: null,
    dropout: 0,
    optimizer: 'adam',
    lr: 0.002,
    lrDecay: 'cosine',
    weightDecay: 0.01,
    batch: 32,
    epochs: 30,
    steps: null,
    evalEvery: null,
    patience: 5,
    classWeights: false,
  });
});

test('steps take the place of epochs: all of them are done, with a look after every ten', () => {
  expect(resolveHeadOptions({ steps: 100, batch: 10 }, few)).toMatchObject({
    steps: 100,
    epochs: null,
    batch: 10,
    evalEvery: 10,
    patience: 0,
  });
});

test('a hidden layer makes an mlp, and an mlp has one', () => {
  expect(resolveHeadOptions({ hidden: 64 }, few)).toMatchObject({ arch: 'mlp', hidden: 64, dropout: 0.2 });
  expect(resolveHeadOptions({ arch: 'mlp' }, few)).toMatchObject({ arch: 'mlp', hidden: 128 });
});

test('many pictures make larger batches, and many scores no cross-validation unless it is asked for', () => {
  const many = { pictures: 50_000, classes: 10_000 };
  expect(resolveHeadOptions({}, many)).toMatchObject({ batch: 512, folds: 0 });
  expect(resolveHeadOptions({ folds: 3, batch: 32 }, many)).toMatchObject({ batch: 32, folds: 3 });
});

test.each<[HeadOptions, string]>([
  [{ holdout: 1 }, 'holdout must be 0 to 0.9; got 1'],
  [{ folds: 1 }, 'folds must be 0 (none) or 2 to 20; got 1'],
  [{ folds: 2.5 }, 'folds must be a whole number, 0 to 20; got 2.5'],
  [{ seed: -1 }, 'seed must be a whole number, 0 to 4294967295; got -1'],
  [{ lr: 0 }, 'lr must be 1e-9 to 100; got 0'],
  [{ lr: Number.NaN }, 'lr must be 1e-9 to 100; got NaN'],
  [{ dropout: 1 }, 'dropout must be 0 to 0.99; got 1'],
  [{ batch: 0 }, 'batch must be a whole number, 1 to 65536; got 0'],
  [{ epochs: 3, steps: 3 }, 'epochs and steps exclude each other; got both'],
  [{ arch: 'linear', hidden: 3 }, 'hidden needs arch mlp: a linear head has no hidden layer; got 3'],
  [{ optimizer: 'lbfgs' as 'sgd' }, 'optimizer must be adam, sgd, rmsprop or momentum; got lbfgs'],
  [{ arch: 'tree' as 'mlp' }, 'arch must be linear or mlp; got tree'],
])('%o is refused', (options, message) => {
  expect(() => resolveHeadOptions(options, few)).toThrow(expect.objectContaining({ code: 'invalid_request', message }));
});

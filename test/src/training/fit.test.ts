import { describe, expect, test } from 'vitest';
import type { FitRecord } from '../../../src/head/head.ts';
import { type HeadOptions, resolveHeadOptions } from '../../../src/head/options.ts';
import { checkTrainingData, type TrainingData } from '../../../src/head/training-data.ts';
import { type FitState, type FitTask, fitHead, fitLength } from '../../../src/training/fit.ts';
import { scorePlaces } from '../../../src/training/fitted.ts';
import { blobs } from '../head/blobs.ts';
import { multiply } from '../head/multiply.ts';

const flowers = blobs({ daisy: 40, rose: 40, tulip: 40 }, { spread: 0.5 });

function taskOf(data: TrainingData, asked: HeadOptions, o: Partial<FitTask> = {}): FitTask {
  const { labels, given } = checkTrainingData(data);
  const options = resolveHeadOptions(asked, { pictures: given.length, classes: labels.length });
  const places = Uint32Array.from(given, (_, i) => i);
  const split = { train: places.filter((i) => i % 4 > 0), validation: places.filter((i) => i % 4 === 0) };
  const embeddings = { vectors: data.vectors, dim: data.dim, given, classes: labels.length };
  return { data: embeddings, ...split, options, part: 1, stream: 0, multiply, ...o };
}

const accuracy = (task: FitTask, fitted: Awaited<ReturnType<typeof fitHead>>): number => {
  const { top, width } = scorePlaces(task, fitted, task.validation, 1);
  return task.validation.filter((i, at) => top[at * width] === task.data.given[i]).length / task.validation.length;
};

test.each<HeadOptions>([
  {},
  { optimizer: 'sgd' },
  { optimizer: 'rmsprop' },
  { optimizer: 'momentum', lrDecay: 'fixed' },
  { arch: 'mlp', hidden: 16 },
  { dropout: 0.2, lrDecay: 'exponential' },
  { steps: 100, batch: 10 },
  { classWeights: true },
])('%o learns what can be learnt', async (options) => {
  const task = taskOf(flowers, options);
  const fitted = await fitHead(task);
  expect(accuracy(task, fitted)).toBeGreaterThan(0.9);
  expect(fitted.history[0]!.loss).toBeGreaterThan(fitted.history.at(-1)!.loss);
});

test('a seed decides every number, and so does a stream', async () => {
  const options: HeadOptions = { arch: 'mlp', hidden: 8, dropout: 0.3, epochs: 3 };
  const run = (asked: HeadOptions, stream = 0) => fitHead(taskOf(flowers, asked, { stream }));
  const first = await run(options);
  expect(await run(options)).toEqual(first);
  expect((await run({ ...options, seed: 5 })).parameters).not.toEqual(first.parameters);
  expect((await run(options, 1)).parameters).not.toEqual(first.parameters);
});

test('a fit that goes on from any record ends with the very numbers of one that was never interrupted', async () => {
  const options: HeadOptions = { arch: 'mlp', hidden: 8, dropout: 0.3, epochs: 4, evalEvery: 2, batch: 25 };
  const states: FitState[] = [];
  const task = taskOf(flowers, options);
  const whole = await fitHead(task, { onRecord: (state) => void states.push(structuredClone(state)) });
  expect(states).toHaveLength(8);
  for (const state of states) expect(await fitHead(task, { state })).toEqual(whole);
});

test('records have what a curve is drawn of, at the end of each epoch', async () => {
  const records: [FitRecord, number][] = [];
  const task = taskOf(flowers, { epochs: 3, patience: 0 });
  await fitHead(task, { onRecord: (_, record, { last }) => void records.push([record, last]) });
  expect(records.map(([{ epoch, step }, last]) => [epoch, step, last])).toEqual([
    [1, 3, 9],
    [2, 6, 9],
    [3, 9, 9],
  ]);
  const [first, , third] = records.map(([record]) => record);
  expect(first!.lr).toBeGreaterThan(third!.lr);
  for (const name of ['loss', 'valLoss'] as const) expect(third![name]).toBeLessThan(first![name]!);
  expect(third!.valAccuracy).toBeGreaterThan(0.5);
});

describe('early stopping', () => {
  // Labels that mean nothing: what is learnt of them is wrong for every other picture.
  const noise = blobs({ a: 30, b: 30 }, { dim: 40, spread: 100 });

  test('ends when the held-out pictures say so, and keeps the weights that were best on them', async () => {
    const task = taskOf(noise, { lr: 0.02, epochs: 40, patience: 3 });
    const { history, best, part } = await fitHead(task);
    const losses = history.map(({ valLoss }) => valLoss!);
    expect(losses[best]).toBe(Math.min(...losses));
    expect([history.length, part]).toEqual([best + 4, (best + 1) / 40]);
  });

  test('is left out with a patience of 0, and where nothing is held out', async () => {
    const lastOnes = [{ patience: 0 }, { patience: 3, validation: new Uint32Array() }];
    for (const { patience, ...places } of lastOnes) {
      const { history, best } = await fitHead(taskOf(noise, { lr: 0.02, epochs: 12, patience }, places));
      expect([history.length, best]).toEqual([12, 11]);
    }
  });

  test('what is kept is not changed by the steps after it', async () => {
    const task = taskOf(noise, { lr: 0.02, epochs: 40, patience: 3 });
    const early = await fitHead(task);
    const again = await fitHead({ ...task, part: early.part, validation: new Uint32Array() });
    expect(again.parameters).toEqual(early.parameters);
  });
});

test('class weights give the smaller class a say', async () => {
  const uneven = blobs({ many: 190, few: 10 }, { spread: 2, dim: 4 });
  const recalls: number[] = [];
  for (const classWeights of [false, true]) {
    const task = taskOf(uneven, { classWeights });
    const fitted = await fitHead(task);
    const { top } = scorePlaces(task, fitted, task.train, 1);
    const few = [...task.train.keys()].filter((at) => task.data.given[task.train[at]!] === 0);
    recalls.push(few.filter((at) => top[2 * at] === 0).length / few.length);
  }
  expect(recalls[1]).toBeGreaterThan(recalls[0]! + 0.2);
});

test('weight decay keeps weights small', async () => {
  const size = async (weightDecay: number): Promise<number> => {
    const { parameters } = await fitHead(taskOf(flowers, { weightDecay, patience: 0 }));
    return parameters[0]!.reduce((sum, value) => sum + value * value, 0);
  };
  expect(await size(10)).toBeLessThan((await size(0)) / 2);
});

test('a loss that is no number any more is an error that names the rate', async () => {
  const task = taskOf(flowers, { optimizer: 'sgd', lr: 100, weightDecay: 10, lrDecay: 'fixed' });
  await expect(fitHead(task)).rejects.toMatchObject({
    code: 'training_diverged',
    message: expect.stringMatching(/^the loss must stay finite; it was not at step \d+ with lr 100 \(sgd\)$/),
  });
});

test('a run has as many steps as its epochs, or as it is told, and a part of it at least one', () => {
  const options = resolveHeadOptions({ epochs: 10, batch: 32 }, { pictures: 100, classes: 2 });
  expect(fitLength(100, options, 1)).toEqual({ perEpoch: 4, total: 40, last: 40 });
  expect(fitLength(100, options, 0.3)).toMatchObject({ total: 40, last: 12 });
  expect(fitLength(5, options, 0.01).last).toBe(1);
  expect(fitLength(100, { ...options, epochs: null, steps: 7 }, 1)).toMatchObject({ total: 7, last: 7 });
});

import type { Metrics } from '../../src/head/metrics.ts';
import {
  type HeadDetail,
  type HeadRecord,
  type Heads,
  type JobRecord,
  type Jobs,
  PixkinError,
} from '../../src/index.ts';

const metrics: Metrics = {
  ...{ pictures: 4, accuracy: 0.75, top5: 1, macroF1: 0.7, logLoss: 0.6, calibrationError: 0.1 },
  classes: [
    { label: 'lion', given: 2, predicted: 3, precision: 2 / 3, recall: 1, f1: 0.8 },
    { label: 'tiger', given: 2, predicted: 1, precision: 1, recall: 0.5, f1: 2 / 3 },
  ],
  confusion: [
    [0, 0, 2],
    [1, 0, 1],
    [1, 1, 1],
  ],
};

export const head: HeadRecord = {
  ...{ id: 3, space: '0123456789abcdef', backbone: 'tiny', labels: ['lion', 'tiger'], inUse: true, at: 1.7e12 },
  ...{ pictures: { train: 8, validation: 4, test: 0 }, accuracy: 0.75, threshold: 0.4, data: 'd'.repeat(64) },
};

export const detail: HeadDetail = {
  ...head,
  temperature: 1.5,
  tuning: null,
  options: {
    ...{ holdout: 0.2, folds: 5, seed: 123, arch: 'linear', hidden: null, dropout: 0, optimizer: 'adam', lr: 0.002 },
    ...{ lrDecay: 'cosine', weightDecay: 0.01, batch: 32, epochs: 30, steps: null, evalEvery: null, patience: 5 },
    classWeights: false,
  },
  evaluation: {
    pictures: head.pictures,
    validation: metrics,
    test: null,
    crossValidation: metrics,
    baseline: { k: 5, pictures: 4, accuracy: 0.5 },
    history: [{ epoch: 1, step: 10, loss: 0.5, accuracy: 0.8, valLoss: 0.7, valAccuracy: 0.75, lr: 0.001 }],
    best: 0,
    refitted: true,
    runtime: 'TensorFlow.js 4.22.0 (wasm)',
    notes: ['one picture to train on: cub'],
  },
};

/** Two heads, the newer one in use. @param asked takes each call: its name and its arguments */
export function createFakeHeads(jobs: Jobs, asked: unknown[][], o: Partial<Heads> = {}): Heads {
  let heads: HeadDetail[] = [detail, { ...detail, id: 1, inUse: false }];
  const find = (id: number): HeadDetail => {
    const found = heads.find((one) => one.id === id);
    if (found) return found;
    throw new PixkinError('head_not_found', `head must be one of ${heads.map((one) => one.id)}; got ${id}`);
  };
  const recordOf = ({
    options: _,
    temperature: __,
    evaluation: ___,
    tuning: ____,
    ...record
  }: HeadDetail): HeadRecord => record;
  return {
    list: () => heads.map(recordOf),
    get: find,
    projection: () => null,
    load(id) {
      find(id);
      throw new PixkinError('head_damaged', 'a fake has no numbers');
    },
    train(request): JobRecord {
      asked.push(['train', request]);
      return jobs.start('train', async () => head);
    },
    tune(request): JobRecord {
      asked.push(['tune', request]);
      return jobs.start('train', async () => head);
    },
    async use(id) {
      asked.push(['use', id]);
      if (id !== null) find(id);
      heads = heads.map((one) => ({ ...one, inUse: one.id === id }));
      return id === null ? null : recordOf(find(id));
    },
    delete(id) {
      asked.push(['delete', id]);
      return recordOf(find(id));
    },
    async report(id, options) {
      asked.push(['report', id, options]);
      return {
        ...{ head: find(id), mistakes: [], mistakeCount: 2, mislabelled: [], mislabelledCount: 1, nextToLabel: [] },
      };
    },
    ...o,
  };
}

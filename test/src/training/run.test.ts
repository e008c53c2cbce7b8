import { describe, expect, test } from 'vitest';
import { predict } from '../../../src/head/predict.ts';
import { randomStream } from '../../../src/head/random.ts';
import type { TrainingData } from '../../../src/head/training-data.ts';
import type { Saved, TrainingProgress } from '../../../src/training/phases.ts';
import { type RunOptions, runTraining } from '../../../src/training/run.ts';
import { blobs, someHash } from '../head/blobs.ts';
import { multiply } from '../head/multiply.ts';

const quiet: RunOptions = { multiply, runtime: 'arithmetic', onProgress: () => {} };
const flowers = blobs({ daisy: 40, rose: 40, tulip: 40 }, { spread: 0.4 });

/** Every number in it, wherever. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (ArrayBuffer.isView(value)) return [...(value as Float32Array)];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersIn) : [];
}

const labelsOf = (data: TrainingData): string[] => data.pictures.map(({ label }) => label);

test('a head tells its labels apart, is calibrated, and knows how good it is', async () => {
  const { head, report } = await runTraining(flowers, {}, quiet);
  const { evaluation } = head;
  expect(head.labels).toEqual(['daisy', 'rose', 'tulip']);
  expect(evaluation.pictures).toEqual({ train: 96, validation: 24, test: 0 });
  for (const metrics of [evaluation.validation, evaluation.crossValidation]) {
    expect(metrics?.accuracy).toBeGreaterThan(0.9);
    expect(metrics?.calibrationError).toBeLessThan(0.2);
  }
  expect(evaluation.crossValidation?.pictures).toBe(96);
  expect(evaluation.baseline).toMatchObject({ k: 10, pictures: 24 });
  expect(evaluation.history.length).toBeGreaterThan(evaluation.best);
  expect(head.threshold).toBeGreaterThan(0.3);
  const predicted = predict(head, flowers.vectors);
  const right = predicted.filter(({ scores }, i) => scores[0]!.label === labelsOf(flowers)[i]);
  expect(right.length).toBeGreaterThan(110);
  expect(report.judged).toHaveLength(120);
  expect([...report.train, ...report.validation].sort((a, b) => a - b)).toEqual([...report.judged]);
});

test('what a picture is judged to be comes from a head that has not seen it: turned labels are found', async () => {
  const turned = [3, 50, 99];
  const pictures = flowers.pictures.map((picture, i) =>
    turned.includes(i) ? { ...picture, label: i < 80 ? 'tulip' : 'daisy' } : picture,
  );
  const { report, head } = await runTraining({ ...flowers, pictures }, { lr: 0.02, weightDecay: 0 }, quiet);
  const found = report.mislabelled.slice(0, 3).map(({ picture, suggested }) => [picture, head.labels[suggested]]);
  expect(found.sort(([a], [b]) => Number(a) - Number(b))).toEqual([
    [3, 'daisy'],
    [50, 'rose'],
    [99, 'tulip'],
  ]);
});

test('pictures given for testing teach nothing; those drawn for validation do in the end', async () => {
  const noise = randomStream(8);
  const changed = (from: number, split: 'test' | null): TrainingData => {
    const vectors = flowers.vectors.map((value, i) => (i >= from * flowers.dim ? noise() : value));
    const pictures = flowers.pictures.map((picture, i) => (i >= 100 ? { ...picture, split } : picture));
    return { ...flowers, vectors, pictures };
  };
  const layers = async (data: TrainingData) => (await runTraining(data, { folds: 0 }, quiet)).head;
  const [usual, other] = [await layers(changed(120, 'test')), await layers(changed(100, 'test'))];
  expect(other.layers).toEqual(usual.layers);
  expect(other.threshold).toBe(usual.threshold);
  expect(other.evaluation.test?.accuracy).toBeLessThan(usual.evaluation.test!.accuracy);
  const drawn = await runTraining(flowers, { folds: 0 }, quiet);
  expect(drawn.head.evaluation.refitted).toBe(true);
  const last = drawn.report.validation[0]!;
  const moved = flowers.vectors.map((value, i) => (Math.floor(i / flowers.dim) === last ? -value : value));
  expect((await layers({ ...flowers, vectors: moved })).layers).not.toEqual(drawn.head.layers);
});

test('pictures given for validation are never fitted on', async () => {
  const pictures = flowers.pictures.map((picture, i) => ({
    ...picture,
    split: i % 5 === 0 ? ('validation' as const) : ('train' as const),
  }));
  const { head, report } = await runTraining({ ...flowers, pictures }, { folds: 0, patience: 0 }, quiet);
  expect(head.evaluation.refitted).toBe(false);
  expect(report.validation.every((i) => i % 5 === 0)).toBe(true);
  const vectors = flowers.vectors.map((value, i) => (Math.floor(i / flowers.dim) % 5 === 0 ? -value : value));
  const other = await runTraining({ ...flowers, vectors, pictures }, { folds: 0, patience: 0 }, quiet);
  expect(other.head.layers).toEqual(head.layers);
});

test('progress counts the steps of all fits, to the last one', async () => {
  const seen: TrainingProgress[] = [];
  await runTraining(flowers, { folds: 2, epochs: 8 }, { ...quiet, onProgress: (progress) => void seen.push(progress) });
  expect([...new Set(seen.map(({ phase, fold }) => `${phase} ${fold}`))]).toEqual([
    'fit null',
    'cross-validation 1',
    'cross-validation 2',
    'refit null',
  ]);
  for (const [i, { done, total }] of seen.entries()) {
    expect(done).toBeGreaterThan(seen[i - 1]?.done ?? 0);
    expect(total).toBeLessThanOrEqual(seen[i - 1]?.total ?? total);
  }
  expect(seen.at(-1)!.done).toBe(seen.at(-1)!.total);
  expect(seen[0]).toMatchObject({ epoch: 1, epochs: 8 });
});

test('a training that goes on from any progress ends with the very head of one that was never interrupted', async () => {
  const options = { folds: 2, epochs: 3, arch: 'mlp', hidden: 6 } as const;
  const kept: Saved[] = [];
  const whole = await runTraining(flowers, options, {
    ...quiet,
    onProgress: (_, save) => void kept.push(structuredClone(save())),
  });
  expect(kept).toHaveLength(12);
  for (const saved of kept) {
    let records = 0;
    const again = await runTraining(flowers, options, { ...quiet, saved, onProgress: () => void records++ });
    expect(again).toEqual(whole);
    expect(records).toBeLessThan(12);
  }
});

describe('odd data gives a head or a clear answer, and never a number that is none', () => {
  test.each<[string, TrainingData]>([
    ['a label with one picture', blobs({ a: 20, b: 20, single: 1 })],
    ['two pictures', blobs({ a: 1, b: 1 })],
    ['zeros', { ...flowers, vectors: new Float32Array(flowers.vectors.length) }],
    ['the same embedding for all', { ...flowers, vectors: flowers.vectors.map((_, i) => ((i % 8) + 1) / 14) }],
    [
      'near-copies only',
      { ...flowers, pictures: flowers.pictures.map((picture) => ({ ...picture, phash: '0'.repeat(16) })) },
    ],
    [
      'the same picture under two labels',
      { ...flowers, vectors: Float32Array.from(flowers.vectors, (_, i) => flowers.vectors[i % 320]!) },
    ],
    ['one number an embedding', blobs({ a: 9, b: 9 }, { dim: 1 })],
  ])('%s', async (_title, data) => {
    const { head, report } = await runTraining(data, { epochs: 3 }, quiet);
    for (const value of numbersIn([head, report])) expect(Number.isFinite(value)).toBe(true);
    for (const { scores } of predict(head, data.vectors)) expect(scores[0]!.p).toBeGreaterThan(0);
  });

  test('ten thousand labels', async () => {
    const [classes, dim] = [10_000, 4];
    const random = randomStream(1);
    const vectors = Float32Array.from({ length: 11_000 * dim }, () => random() - 0.5);
    const pictures = Array.from({ length: 11_000 }, (_, i) => ({
      label: `l${i % classes}`,
      phash: someHash(random),
    }));
    const data = { space: 's', dim, vectors, pictures };
    const { head, report } = await runTraining(data, { steps: 4, batch: 256 }, quiet);
    expect(head.labels).toHaveLength(classes);
    expect(head.evaluation.pictures).toEqual({ train: 10_000, validation: 1000, test: 0 });
    expect(head.evaluation.notes.at(-1)).toMatch(/folds must be asked for$/);
    for (const { weights, biases } of head.layers) expect([...weights, ...biases].every(Number.isFinite)).toBe(true);
    expect(report.scores.width).toBe(5);
    expect(predict(head, vectors.subarray(0, 40), { top: 5 }).every(({ scores }) => scores.length === 5)).toBe(true);
  });
});

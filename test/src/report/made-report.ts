/**
 * A report as a training of a few classes gives it; whatever a test needs otherwise it hands in.
 */
import type { FitRecord, HeadEvaluation } from '../../../src/head/head.ts';
import type { Metrics } from '../../../src/head/metrics.ts';
import { metricsOf } from '../../../src/head/metrics.ts';
import type { HeadDetail, HeadReport, ImageRecord } from '../../../src/types.ts';

/** Metrics of pictures that were given a class and predicted another, or the same: places in `labels`. */
export function metricsFor(labels: readonly string[], answers: readonly (readonly [number, number])[]): Metrics {
  const given = Uint32Array.from(answers, ([label]) => label);
  const metrics = metricsOf(
    given,
    {
      width: 1,
      top: Uint32Array.from(answers, ([, predicted]) => predicted),
      p: new Float32Array(answers.length).fill(0.9),
      loss: new Float32Array(answers.length).fill(0.25),
    },
    labels,
  )!;
  return { ...metrics, top5: 1 };
}

export function image(id: number, name = `tulips/${id}.jpg`): ImageRecord {
  const facts = { bytes: 1000, kind: 'jpeg' as const, width: 8, height: 8, takenAt: null, phash: '0'.repeat(16) };
  return {
    id,
    root: 'photos',
    image: name,
    content: 'c'.repeat(64),
    ...facts,
    offline: false,
    label: null,
    prediction: null,
  };
}

/** Looks of a fit, the second of three the best. */
export const history: readonly FitRecord[] = [
  { epoch: 1, step: 10, loss: 1.2, accuracy: 0.5, valLoss: 0.9, valAccuracy: 0.6, lr: 0.002 },
  { epoch: 2, step: 20, loss: 0.4, accuracy: 0.9, valLoss: 0.5, valAccuracy: 0.8, lr: 0.001 },
  { epoch: 3, step: 30, loss: 0.2, accuracy: 1, valLoss: 0.6, valAccuracy: 0.7, lr: 0.0001 },
];

const labels = ['daisy', 'roses', 'tulips'];

export function madeEvaluation(o: Partial<HeadEvaluation> = {}): HeadEvaluation {
  const validation = metricsFor(labels, [
    ...[[0, 0] as const, [0, 0] as const, [1, 1] as const, [1, 2] as const, [1, 2] as const],
    ...[[2, 2] as const, [2, 2] as const, [2, 0] as const, [2, 2] as const, [2, 2] as const],
  ]);
  return {
    pictures: { train: 40, validation: 10, test: 0 },
    validation,
    test: null,
    crossValidation: null,
    baseline: { k: 10, pictures: 10, accuracy: 0.6 },
    history,
    best: 1,
    refitted: true,
    runtime: 'TensorFlow.js 4.22.0 (wasm)',
    notes: [],
    ...o,
  };
}

/** A head without anything to measure it on. */
export const unmeasured: Partial<HeadEvaluation> = {
  pictures: { train: 50, validation: 0, test: 0 },
  validation: null,
  baseline: null,
  history: history.map((record) => ({ ...record, valLoss: null, valAccuracy: null })),
  best: 2,
};

export function madeReport(
  o: { evaluation?: Partial<HeadEvaluation>; head?: Partial<HeadDetail> } & Partial<Omit<HeadReport, 'head'>> = {},
): HeadReport {
  const { evaluation: part, head, ...rest } = o;
  const evaluation = madeEvaluation(part);
  return {
    head: {
      ...{ id: 3, space: '0123456789abcdef', backbone: 'efficientnet-lite0', labels, inUse: true },
      ...{ at: Date.UTC(2026, 4, 6, 7, 8, 9), pictures: evaluation.pictures, accuracy: 0.7, threshold: 0.45 },
      ...{ data: `feedc0de${'0'.repeat(56)}`, temperature: 1.5, tuning: null, evaluation },
      options: {
        ...{ holdout: 0.2, folds: 5, seed: 123, arch: 'mlp', hidden: 64, dropout: 0.2, optimizer: 'adam', lr: 0.002 },
        ...{ lrDecay: 'cosine', weightDecay: 0.01, batch: 32, epochs: 30, steps: null, evalEvery: null, patience: 5 },
        classWeights: false,
      },
      ...head,
    },
    mistakes: [
      { image: image(1), split: 'validation', given: 'tulips', predicted: 'daisy', p: 0.974 },
      { image: image(2, 'roses/2.jpg'), split: 'train', given: 'roses', predicted: 'tulips', p: 0.61 },
    ],
    mistakeCount: 3,
    mislabelled: [{ image: image(1), given: 'tulips', suggested: 'daisy', pGiven: 0.012, pSuggested: 0.974 }],
    mislabelledCount: 1,
    nextToLabel: [{ image: image(7, 'new/7.jpg'), uncertainty: 0.93 }],
    ...rest,
  };
}

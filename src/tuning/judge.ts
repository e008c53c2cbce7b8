/**
 * What a tuned head is worth: calibrated and measured as a head that was trained by itself.
 */
import type { FitRecord, Head } from '../head/head.ts';
import { knnBaseline, type LabelledEmbeddings } from '../head/knn.ts';
import type { MatMul } from '../head/matmul.ts';
import { metricsOf } from '../head/metrics.ts';
import { findMislabelled } from '../head/mislabelled.ts';
import { emptyScores, putScores, takeScores } from '../head/scores.ts';
import { fitTemperature } from '../head/temperature.ts';
import { learnThreshold } from '../head/threshold.ts';
import { logitsOfPlaces, type Model, scorePlaces, toLayers } from '../training/fitted.ts';
import type { TrainingReport } from '../training/run.ts';
import type { ResolvedTuneOptions } from './options.ts';
import type { TunePlan } from './plan.ts';

export interface JudgeTask {
  readonly plan: TunePlan;
  readonly options: ResolvedTuneOptions;
  /** In the tuned space. */
  readonly data: LabelledEmbeddings;
  readonly model: Model;
  readonly space: string;
  readonly history: readonly FitRecord[];
  readonly best: number;
  readonly fingerprint: string;
  readonly runtime: string;
  readonly notes: readonly string[];
  readonly multiply: MatMul;
}

/** Rows that the temperature is fitted on have at most so many numbers: it is one number itself. */
const calibrationNumbers = 4e6;

export function judge(task: JudgeTask): { head: Head; report: TrainingReport } {
  const { plan, data, model } = task;
  const { labels, given, splitting, judged } = plan;
  const { train, validation, test } = splitting;
  const temperature = calibrate(task);
  const scores = emptyScores(given.length, labels.length);
  for (const places of [validation, test]) putScores(scores, places, scorePlaces(task, model, places, temperature));
  const measure = (places: Uint32Array) => metricsOf(pick(given, places), takeScores(scores, places), labels);
  const head: Head = {
    space: task.space,
    dim: data.dim,
    labels,
    layers: toLayers(model),
    temperature,
    threshold: learnThreshold(pick(given, validation), takeScores(scores, validation)),
    options: task.options,
    data: task.fingerprint,
    evaluation: {
      pictures: { train: train.length, validation: validation.length, test: test.length },
      validation: measure(validation),
      test: measure(test),
      crossValidation: null,
      baseline: knnBaseline(data, { train, asked: validation }, task.multiply),
      history: task.history,
      best: task.best,
      refitted: false,
      runtime: task.runtime,
      notes: task.notes,
    },
  };
  const mislabelled = findMislabelled(given, scores, { judged, classes: labels.length });
  return { head, report: { judged, scores, mislabelled, train, validation, test } };
}

function calibrate({ plan, data, model, multiply }: JudgeTask): number {
  const { validation } = plan.splitting;
  const every = Math.ceil((validation.length * data.classes) / calibrationNumbers);
  const places = validation.filter((_, i) => i % every === 0);
  const logits = new Float32Array(places.length * data.classes);
  for (const some of logitsOfPlaces({ data, multiply }, model, places)) {
    logits.set(some.logits, some.first * data.classes);
  }
  return fitTemperature(logits, pick(plan.given, places), data.classes);
}

function pick(given: Uint32Array, places: Uint32Array): Uint32Array {
  return places.map((i) => given[i]!);
}

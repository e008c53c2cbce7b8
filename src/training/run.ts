import type { Head, HeadEvaluation } from '../head/head.ts';
import { knnBaseline } from '../head/knn.ts';
import type { MatMul } from '../head/matmul.ts';
import { metricsOf } from '../head/metrics.ts';
import { findMislabelled, type Suspect } from '../head/mislabelled.ts';
import type { HeadOptions } from '../head/options.ts';
import { emptyScores, putScores, type Scores, takeScores } from '../head/scores.ts';
import { fitTemperature } from '../head/temperature.ts';
import { learnThreshold } from '../head/threshold.ts';
import { fingerprintOf, type TrainingData } from '../head/training-data.ts';
import { type Fitted, logitsOfPlaces, type Material, scorePlaces, toLayers } from './fitted.ts';
import { createPhases, foldPlaces, type PhaseOptions } from './phases.ts';
import { planTraining } from './plan.ts';

/** What a training tells of single pictures; places are those in the training data. */
export interface TrainingReport {
  /** Pictures that a head judged which saw others of their label, but not them. */
  readonly judged: Uint32Array;
  /** Of every picture; zeros for one that was not judged. Classes are places in the head's labels. */
  readonly scores: Scores;
  /** Most likely first. */
  readonly mislabelled: readonly Suspect[];
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}

export interface RunOptions extends PhaseOptions {
  readonly multiply: MatMul;
  /** What multiplies, for the record. */
  readonly runtime: string;
}

/** Rows that the temperature is fitted on have at most so many numbers: it is one number itself. */
const calibrationNumbers = 4e6;

/**
 * Trains a head: fits it on the training pictures, stops where the held-out ones say so, calibrates it on them and learns its threshold;
 * judges every training picture by a head that has not seen it; and fits it once more with the held-out pictures, where those were drawn from
 * the training pictures, as long as the first time. What is measured is of the first fit.
 * @throws PixkinError `training_data_invalid`, `invalid_request`, `training_diverged`; what the callbacks throw
 */
export async function runTraining(
  training: TrainingData,
  asked: HeadOptions,
  o: RunOptions,
): Promise<{ head: Head; report: TrainingReport }> {
  const plan = planTraining(training, asked);
  const { options, labels, given, splitting } = plan;
  const { train, validation, test } = splitting;
  const data = { vectors: training.vectors, dim: training.dim, given, classes: labels.length };
  const material: Material = { data, multiply: o.multiply };
  const phases = createPhases(plan, material, o);

  const main = await phases.main();
  const temperature = calibrate(material, main, validation);
  const scores = emptyScores(given.length, labels.length);
  putScores(scores, validation, scorePlaces(material, main, validation, temperature));
  for (let fold = 0; fold < plan.foldCount; fold++) {
    putScores(scores, foldPlaces(plan, fold).asked, await phases.fold(fold, main.part, temperature));
  }
  const last = splitting.drawn ? await phases.refit(main.part) : main;
  putScores(scores, test, scorePlaces(material, last, test, temperature));

  const { judged } = plan;
  const known = new Set(judged);
  const measure = (places: Uint32Array) => metricsOf(pick(given, places), takeScores(scores, places), labels);
  const evaluation: HeadEvaluation = {
    pictures: { train: train.length, validation: validation.length, test: test.length },
    validation: measure(validation),
    test: measure(test),
    crossValidation: plan.foldCount > 0 ? measure(train.filter((i) => known.has(i))) : null,
    baseline: knnBaseline(data, { train, asked: validation }, o.multiply),
    history: main.history,
    best: main.best,
    refitted: last !== main,
    runtime: o.runtime,
    notes: plan.notes,
  };
  const head: Head = {
    space: training.space,
    dim: training.dim,
    labels,
    layers: toLayers(last),
    temperature,
    threshold: learnThreshold(pick(given, validation), takeScores(scores, validation)),
    options,
    data: fingerprintOf(training),
    evaluation,
  };
  const mislabelled = findMislabelled(given, scores, { judged, classes: labels.length });
  return { head, report: { judged, scores, mislabelled, train, validation, test } };
}

function calibrate(material: Material, main: Fitted, validation: Uint32Array): number {
  const { classes, given } = material.data;
  const every = Math.ceil((validation.length * classes) / calibrationNumbers);
  const places = validation.filter((_, i) => i % every === 0);
  const logits = new Float32Array(places.length * classes);
  for (const some of logitsOfPlaces(material, main, places)) logits.set(some.logits, some.first * classes);
  return fitTemperature(logits, pick(given, places), classes);
}

function pick(given: Uint32Array, places: Uint32Array): Uint32Array {
  return places.map((i) => given[i]!);
}

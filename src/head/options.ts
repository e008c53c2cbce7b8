import { PixkinError } from '../errors.ts';
import type { HeadOptions, OptimizerName, ResolvedHeadOptions } from '../types.ts';

export type { Architecture, HeadOptions, LearningRateDecay, OptimizerName, ResolvedHeadOptions } from '../types.ts';

/** Learning rates that suit inputs of length 16 (see training/scale.ts). */
const rates: Readonly<Record<OptimizerName, number>> = { adam: 0.002, rmsprop: 0.001, sgd: 0.05, momentum: 0.005 };

type Range = readonly [least: number, most: number, whole: boolean];
const ranges = {
  holdout: [0, 0.9, false],
  folds: [0, 20, true],
  seed: [0, 2 ** 32 - 1, true],
  hidden: [1, 8192, true],
  dropout: [0, 0.99, false],
  lr: [1e-9, 100, false],
  weightDecay: [0, 10, false],
  batch: [1, 65_536, true],
  epochs: [1, 10_000, true],
  steps: [1, 1e7, true],
  evalEvery: [1, 1e7, true],
  patience: [0, 10_000, true],
} as const satisfies Readonly<Record<string, Range>>;
const names = {
  arch: ['linear', 'mlp'],
  optimizer: ['adam', 'sgd', 'rmsprop', 'momentum'],
  lrDecay: ['fixed', 'exponential', 'cosine'],
} as const;

/** Beyond so many numbers in all pictures' scores the cross-validation is left out unless it is asked for. */
const manyScores = 2e7;

/**
 * @param size of what is trained on
 * @throws PixkinError `invalid_request`: names the option, what it must be, and what came
 */
export function resolveHeadOptions(o: HeadOptions, size: { pictures: number; classes: number }): ResolvedHeadOptions {
  for (const [name, range] of Object.entries(ranges)) checkRange(name, o[name as keyof typeof ranges], range);
  for (const [name, allowed] of Object.entries(names)) {
    const value = o[name as keyof typeof names];
    if (value !== undefined && !(allowed as readonly string[]).includes(value)) {
      throw invalid(`${name} must be ${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}; got ${value}`);
    }
  }
  if (o.folds === 1) throw invalid('folds must be 0 (none) or 2 to 20; got 1');
  if (o.epochs !== undefined && o.steps !== undefined) throw invalid('epochs and steps exclude each other; got both');
  if (o.arch === 'linear' && o.hidden !== undefined) {
    throw invalid(`hidden needs arch mlp: a linear head has no hidden layer; got ${o.hidden}`);
  }
  const arch = o.arch ?? (o.hidden === undefined ? 'linear' : 'mlp');
  const optimizer = o.optimizer ?? 'adam';
  const steps = o.steps ?? null;
  return {
    holdout: o.holdout ?? 0.2,
    folds: o.folds ?? (size.pictures * size.classes > manyScores ? 0 : 5),
    seed: o.seed ?? 123,
    arch,
    hidden: arch === 'mlp' ? (o.hidden ?? 128) : null,
    dropout: o.dropout ?? (arch === 'mlp' ? 0.2 : 0),
    optimizer,
    lr: o.lr ?? rates[optimizer],
    lrDecay: o.lrDecay ?? 'cosine',
    weightDecay: o.weightDecay ?? 0.01,
    batch: o.batch ?? usualBatch(size.pictures),
    epochs: steps === null ? (o.epochs ?? 30) : null,
    steps,
    evalEvery: o.evalEvery ?? (steps === null ? null : 10),
    patience: o.patience ?? (steps === null ? 5 : 0),
    classWeights: o.classWeights ?? false,
  };
}

/** 32, doubled while an epoch would have more than a hundred steps, to 1024 at most: of many small steps the overhead counts most. */
function usualBatch(pictures: number): number {
  let batch = 32;
  while (batch < 1024 && pictures / batch > 100) batch *= 2;
  return batch;
}

function checkRange(name: string, value: number | undefined, [least, most, whole]: Range): void {
  if (value === undefined || (value >= least && value <= most && (!whole || Number.isInteger(value)))) return;
  throw invalid(`${name} must be ${whole ? 'a whole number, ' : ''}${least} to ${most}; got ${value}`);
}

function invalid(message: string): PixkinError {
  return new PixkinError('invalid_request', message);
}

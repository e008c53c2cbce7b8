import { PixkinError } from '../errors.ts';

export type Architecture = 'linear' | 'mlp';
export type OptimizerName = 'adam' | 'sgd' | 'rmsprop' | 'momentum';
export type LearningRateDecay = 'fixed' | 'exponential' | 'cosine';

/** How a head is trained. Absent fields have the defaults that are named. */
export interface HeadOptions {
  /** Part of the pictures of each class that is held out, 0 to .9; absent: .2. Nothing is where pictures were given for validation. */
  readonly holdout?: number | undefined;
  /** Folds of the cross-validation that finds wrong labels, 2 to 20, or 0 for none; absent: 5, or 0 where that takes very long. */
  readonly folds?: number | undefined;
  /** 0 to 2^32 - 1; absent: 123. */
  readonly seed?: number | undefined;
  /** Absent: linear, or mlp where `hidden` is given. */
  readonly arch?: Architecture | undefined;
  /** Units of the hidden layer of an mlp, 1 to 8192; absent: 128. */
  readonly hidden?: number | undefined;
  /** Part of the inputs of the last layer that is left out in training, 0 to below 1; absent: 0 for linear, .2 for mlp. */
  readonly dropout?: number | undefined;
  /** Absent: adam. `momentum`: sgd with a momentum of .9. */
  readonly optimizer?: OptimizerName | undefined;
  /** Learning rate at the first step, above 0 to 100; absent: as fits the optimizer. */
  readonly lr?: number | undefined;
  /** Over the whole run. `exponential`: to a hundredth; `cosine`: to 0. Absent: cosine. */
  readonly lrDecay?: LearningRateDecay | undefined;
  /** `weightDecay / 2` times the squared weights is added to the mean loss, 0 to 10; absent: .01. */
  readonly weightDecay?: number | undefined;
  /** Pictures in a step, 1 to 65536; absent: 32, more where there are more than 3,000 pictures. */
  readonly batch?: number | undefined;
  /** Passes over the pictures, 1 to 10000; absent: 30. Not together with `steps`. */
  readonly epochs?: number | undefined;
  /** Steps in place of epochs, 1 to 10 million. */
  readonly steps?: number | undefined;
  /** Steps between two looks at the held-out pictures, 1 to 10 million; absent: an epoch, or 10 where `steps` is given. */
  readonly evalEvery?: number | undefined;
  /** Looks without a better loss after which the fit ends, its best weights kept; 0: never, and the last are kept. Absent: 5, or 0 where `steps` is given. */
  readonly patience?: number | undefined;
  /** Classes count the same, however many pictures each has; absent: pictures do. */
  readonly classWeights?: boolean | undefined;
}

/** All of it decided. `epochs` and `steps`: the one that was not chosen is null. */
export interface ResolvedHeadOptions {
  readonly holdout: number;
  readonly folds: number;
  readonly seed: number;
  readonly arch: Architecture;
  /** Null for linear. */
  readonly hidden: number | null;
  readonly dropout: number;
  readonly optimizer: OptimizerName;
  readonly lr: number;
  readonly lrDecay: LearningRateDecay;
  readonly weightDecay: number;
  readonly batch: number;
  readonly epochs: number | null;
  readonly steps: number | null;
  /** Null: an epoch. */
  readonly evalEvery: number | null;
  readonly patience: number;
  readonly classWeights: boolean;
}

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

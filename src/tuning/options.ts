import { PixkinError } from '../errors.ts';
import { resolveHeadOptions } from '../head/options.ts';
import type { HeadOptions, InputSize, OptimizerName, ResolvedTuneOptions, TuneOptions } from '../types.ts';
import { resolveAugmentation } from './augment/index.ts';

export type { BatchNormMode, InputSize, ResolvedTuneOptions, TuneOptions } from '../types.ts';

/** Learning rates for a whole network from random numbers. */
const scratchRates: Readonly<Record<OptimizerName, number>> = {
  adam: 0.001,
  rmsprop: 0.001,
  sgd: 0.05,
  momentum: 0.01,
};
const usualBatch = 32;
/** They decide the batch and the folds only, which are decided here. */
const undecided = { pictures: 1, classes: 1 };
const usualTuneEpochs = 10;

/** @throws PixkinError `invalid_request`: names the option, what it must be, and what came */
export function resolveTuneOptions(o: TuneOptions): ResolvedTuneOptions {
  const fromScratch = o.fromScratch ?? false;
  if (!fromScratch && o.fineTune === undefined) {
    throw invalid('fineTune must be last:N, from:LAYER, scope:PREFIX or all, unless fromScratch is true; got neither');
  }
  if (fromScratch) refuseBesideScratch(o);
  checkNumber('tuneEpochs', o.tuneEpochs, 1, 10_000);
  checkNumber('tuneSteps', o.tuneSteps, 1, 1e7);
  if (o.tuneEpochs !== undefined && o.tuneSteps !== undefined) {
    throw invalid('tuneEpochs and tuneSteps exclude each other; got both');
  }
  if (o.tuneLr !== undefined && !(o.tuneLr >= 1e-9 && o.tuneLr <= 100)) {
    throw invalid(`tuneLr must be 1e-9 to 100; got ${o.tuneLr}`);
  }
  const modes: readonly unknown[] = [undefined, 'inference', 'batch'];
  if (!modes.includes(o.batchNorm)) throw invalid(`batchNorm must be inference or batch; got ${o.batchNorm}`);
  const rate = fromScratch ? { lr: o.lr ?? scratchRates[o.optimizer ?? 'adam'] } : {};
  const head = resolveHeadOptions({ ...headOptionsOf(o), batch: o.batch ?? usualBatch, ...rate }, undecided);
  const tuneSteps = fromScratch ? head.steps : (o.tuneSteps ?? null);
  const tuneEpochs = fromScratch ? head.epochs : (o.tuneEpochs ?? usualTuneEpochs);
  return {
    ...head,
    fineTune: o.fineTune ?? null,
    fromScratch,
    tuneEpochs: tuneSteps === null ? tuneEpochs : null,
    tuneSteps,
    tuneLr: o.tuneLr ?? (fromScratch ? head.lr : head.lr / 10),
    tuneEvalEvery: o.evalEvery ?? (tuneSteps === null ? null : 10),
    tunePatience: o.patience ?? (tuneSteps === null ? 5 : 0),
    batchNorm: o.batchNorm ?? (fromScratch ? 'batch' : 'inference'),
    augment: resolveAugmentation(o.augment ?? {}),
    size: sizeOf(o.size),
    weightsFrom: o.weightsFrom ?? null,
  };
}

/** What of the options is the head's, as the training of a head alone takes them. There is no cross-validation: it would take as many runs. */
export function headOptionsOf(o: TuneOptions): HeadOptions {
  const { holdout, seed, arch, hidden, dropout, optimizer, lr, lrDecay, weightDecay } = o;
  const { batch, epochs, steps, evalEvery, patience, classWeights } = o;
  const first = { holdout, seed, arch, hidden, dropout, optimizer, lr, lrDecay, weightDecay, folds: 0 };
  return { ...first, batch, epochs, steps, evalEvery, patience, classWeights };
}

function refuseBesideScratch(o: TuneOptions): void {
  for (const name of ['fineTune', 'weightsFrom', 'tuneEpochs', 'tuneSteps', 'tuneLr'] as const) {
    if (o[name] === undefined) continue;
    const hint = name.startsWith('tune') ? 'from scratch there is one phase, with epochs, steps and lr' : undefined;
    throw invalid(`${name} and fromScratch exclude each other; got both`, hint);
  }
}

function sizeOf(size: TuneOptions['size']): InputSize | null {
  if (size === undefined) return null;
  const { width, height } = typeof size === 'number' ? { width: size, height: size } : size;
  checkNumber('width of size', width, 1, 4096);
  checkNumber('height of size', height, 1, 4096);
  return { width, height };
}

function checkNumber(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw invalid(`${name} must be a whole number, ${least} to ${most}; got ${value}`);
}

function invalid(message: string, hint?: string): PixkinError {
  return new PixkinError('invalid_request', message, hint === undefined ? {} : { hint });
}

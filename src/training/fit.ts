import { PixkinError } from '../errors.ts';
import { balancedWeights } from '../head/class-weights.ts';
import type { FitRecord } from '../head/head.ts';
import type { ResolvedHeadOptions } from '../head/options.ts';
import { permutation, randomStream } from '../head/random.ts';
import { type Fitted, type Material, type Model, scorePlaces } from './fitted.ts';
import { differentiate, initialParameters, type Parameters } from './network.ts';
import { decayed, emptySlots, optimize, type Slots } from './optimizer.ts';
import { fitScale, scaledRows } from './scale.ts';

/** What is fitted on what. Lists of pictures are places in `data`. */
export interface FitTask extends Material {
  readonly train: Uint32Array;
  /** Looked at to stop early; may be empty. */
  readonly validation: Uint32Array;
  readonly options: ResolvedHeadOptions;
  /** Part of the run after which it ends, above 0 to 1: how long an earlier fit took to become as good as it got. */
  readonly part: number;
  /** Number of this fit among those of one training: each has random numbers of its own. */
  readonly stream: number;
}

/** Where a fit is: enough to go on as if nothing had happened. */
export interface FitState {
  readonly parameters: Parameters;
  readonly slots: Slots;
  step: number;
  readonly history: FitRecord[];
  best: { readonly record: number; readonly parameters: Parameters } | null;
}

/** How long a fit runs. */
export interface FitLength {
  readonly perEpoch: number;
  /** Steps of a whole run, over which the learning rate decays. */
  readonly total: number;
  /** Step after which this one ends. */
  readonly last: number;
}

/**
 * Fits a head by stochastic gradient descent. Everything random comes from the seed, the stream and the number of the epoch or step, so a fit
 * that goes on from a state ends with the numbers of one that was never interrupted.
 * @param o.state to go on from; it is changed
 * @param o.onRecord called after each look at the held-out pictures; what it returns is waited for
 * @param o.pause called after each step; what it returns is waited for
 * @throws PixkinError `training_diverged`; what the callbacks throw
 */
export async function fitHead(
  task: FitTask,
  o: {
    state?: FitState | undefined;
    onRecord?: (state: FitState, record: FitRecord, length: FitLength) => Promise<void> | void;
    pause?: () => Promise<void> | undefined;
  } = {},
): Promise<Fitted> {
  const { data, train, options, stream, multiply } = task;
  const { seed, patience } = options;
  const length = fitLength(train.length, options, task.part);
  const { perEpoch, total, last } = length;
  const every = options.evalEvery ?? perEpoch;
  const scale = fitScale(data.vectors, data.dim, train);
  const classWeights = options.classWeights
    ? balancedWeights(
        train.map((i) => data.given[i]!),
        data.classes,
      )
    : null;
  const state = o.state ?? firstState(task);
  const { parameters, slots, history } = state;
  let order: Uint32Array | undefined;
  let since = { loss: 0, right: 0, pictures: 0 };
  while (state.step < last && !isOver(state, patience)) {
    const epoch = Math.floor(state.step / perEpoch);
    const at = state.step % perEpoch;
    if (at === 0 || !order) order = permutation(train.length, randomStream(seed, stream, 1, epoch));
    const places = order.slice(at * options.batch, (at + 1) * options.batch).map((i) => train[i]!);
    const given = places.map((i) => data.given[i]!);
    const rows = scaledRows(data.vectors, places, scale);
    const weights = classWeights && Float32Array.from(given, (c) => classWeights[c]!);
    const mask = dropoutMask(task, places.length, state.step);
    const { gradients, loss, right } = differentiate(parameters, { rows, given, weights, mask }, multiply);
    decayWeights(gradients, parameters, options.weightDecay);
    const lr = decayed(options.lrDecay, options.lr, state.step / total);
    optimize(options.optimizer, { parameters, gradients, slots }, lr, ++state.step);
    if (!Number.isFinite(loss)) throw diverged(state.step, options);
    since = { loss: since.loss + loss, right: since.right + right, pictures: since.pictures + places.length };
    if (state.step % every === 0 || state.step === last) {
      const [valLoss, valAccuracy] = validate(task, { parameters, scale });
      const { loss, right, pictures } = since;
      const record: FitRecord = {
        epoch: state.step / perEpoch,
        step: state.step,
        loss: loss / pictures,
        accuracy: right / pictures,
        valLoss,
        valAccuracy,
        lr,
      };
      history.push(record);
      since = { loss: 0, right: 0, pictures: 0 };
      const least = state.best && history[state.best.record]!.valLoss!;
      if (patience > 0 && valLoss !== null && (least === null || valLoss < least)) {
        state.best = { record: history.length - 1, parameters: parameters.map((values) => values.slice()) };
      }
      await o.onRecord?.(state, record, length);
    }
    await o.pause?.();
  }
  const best = state.best?.record ?? history.length - 1;
  const kept = state.best?.parameters ?? parameters;
  if (!kept.every((values) => values.every(Number.isFinite))) throw diverged(state.step, options);
  return { parameters: kept, scale, history, best, part: history[best]!.step / total };
}

export function fitLength(pictures: number, { batch, epochs, steps }: ResolvedHeadOptions, part: number): FitLength {
  const perEpoch = Math.ceil(pictures / batch);
  const total = steps ?? epochs! * perEpoch;
  return { perEpoch, total, last: Math.max(1, Math.round(total * part)) };
}

function firstState({ data, options, stream }: FitTask): FitState {
  const sizes = [data.dim, ...(options.hidden === null ? [] : [options.hidden]), data.classes];
  const parameters = initialParameters(sizes, randomStream(options.seed, stream, 0));
  return { parameters, slots: emptySlots(options.optimizer, parameters), step: 0, history: [], best: null };
}

function isOver({ best, history }: FitState, patience: number): boolean {
  return best !== null && history.length - 1 - best.record >= patience;
}

/** Inverted dropout: what stays is enlarged, so that nothing need be done when predicting. */
function dropoutMask({ data, options, stream }: FitTask, rows: number, step: number): Float32Array | null {
  const { dropout, seed, hidden } = options;
  if (dropout === 0) return null;
  const random = randomStream(seed, stream, 2, step);
  return Float32Array.from({ length: rows * (hidden ?? data.dim) }, () => (random() < dropout ? 0 : 1 / (1 - dropout)));
}

/** The derivative of `weightDecay / 2` times the squared weights; biases are free. */
function decayWeights(gradients: Parameters, parameters: Parameters, weightDecay: number): void {
  for (let l = 0; l < gradients.length; l += 2) {
    const [gradient, weights] = [gradients[l]!, parameters[l]!];
    for (let i = 0; i < gradient.length; i++) gradient[i]! += weightDecay * weights[i]!;
  }
}

function validate(task: FitTask, model: Model): [loss: number | null, accuracy: number | null] {
  const { data, validation } = task;
  if (validation.length === 0) return [null, null];
  const { loss, top, width } = scorePlaces(task, model, validation, 1);
  const right = validation.filter((i, place) => top[place * width] === data.given[i]).length;
  return [loss.reduce((sum, value) => sum + value, 0) / validation.length, right / validation.length];
}

function diverged(step: number, { optimizer, lr }: ResolvedHeadOptions): PixkinError {
  const message = `the loss must stay finite; it was not at step ${step} with lr ${lr} (${optimizer})`;
  return new PixkinError('training_diverged', message, { hint: 'a smaller lr' });
}

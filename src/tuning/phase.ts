/**
 * One phase of a run: descent on a head, with the trained layers of a network before it or without.
 */
import { PixkinError } from '../errors.ts';
import { balancedWeights } from '../head/class-weights.ts';
import type { FitRecord } from '../head/head.ts';
import type { LearningRateDecay, OptimizerName } from '../head/options.ts';
import { permutation, randomStream } from '../head/random.ts';
import { decayed, emptySlots, optimize } from '../training/optimizer.ts';
import { numberOf, type PhaseName, type RunState } from './checkpoints.ts';
import type { BatchLoss } from './joint-head.ts';

/** What a step is computed on, and with. */
export interface StepTask {
  readonly places: Uint32Array;
  readonly given: Uint32Array;
  readonly weights: Float32Array | null;
  readonly mask: Float32Array | null;
  readonly epoch: number;
}

/** The numbers that a phase changes, and what they are computed with. */
export interface Trainee {
  /** The head's, then the network's: changed in place. */
  readonly parameters: readonly Float32Array[];
  /** How many of them are the head's. */
  readonly headParameters: number;
  readonly statistics: readonly Float32Array[];
  /** Gradients by the parameters of the mean loss; sums go to `sums`. Statistics are changed. */
  differentiate(task: StepTask, sums: BatchLoss): readonly Float32Array[];
  /** The numbers have changed. */
  update(): void;
  /** Mean loss and part that is right, of the held-out pictures; null where there are none. */
  validate(): { readonly loss: number; readonly accuracy: number } | null;
}

export interface PhaseOptions {
  readonly name: PhaseName;
  readonly train: Uint32Array;
  /** The class of each picture. */
  readonly given: Uint32Array;
  readonly classes: number;
  readonly earlier: RunState['earlier'];
  /** Records of the phase before. */
  readonly history: readonly FitRecord[];
  /** Inputs of the head's last layer. */
  readonly lastInputs: number;
  readonly optimizer: OptimizerName;
  readonly lr: number;
  readonly lrDecay: LearningRateDecay;
  readonly weightDecay: number;
  readonly dropout: number;
  readonly batch: number;
  readonly epochs: number | null;
  readonly steps: number | null;
  readonly evalEvery: number | null;
  readonly patience: number;
  readonly classWeights: boolean;
  readonly seed: number;
}

export interface PhaseCallbacks {
  /** After each look. */
  readonly onRecord: (record: FitRecord, length: { perEpoch: number; total: number }) => void;
  /** After each step; what it returns is waited for. `due`: the best look so far, which has to be kept. */
  readonly onStep: (state: RunState, due: boolean) => Promise<void>;
}

const streams: Readonly<Record<PhaseName, number>> = { head: 0x70, tune: 0x71 };

/** Steps of an epoch and of the whole phase. */
export function phaseLength(pictures: number, o: Pick<PhaseOptions, 'batch' | 'epochs' | 'steps'>) {
  const perEpoch = Math.ceil(pictures / o.batch);
  return { perEpoch, total: o.steps ?? o.epochs! * perEpoch };
}

/**
 * Everything random comes from the seed, the phase and the number of the epoch or step, so a run that goes on from a state ends with the
 * numbers of one that was never interrupted.
 * @param from to go on from; its numbers are copied to the trainee
 * @returns the last state. The trainee has its numbers: who wants the best ones loads them
 * @throws PixkinError `training_diverged`
 */
export async function runPhase(
  trainee: Trainee,
  o: PhaseOptions,
  callbacks: PhaseCallbacks,
  from: RunState | null,
): Promise<RunState> {
  const { train, seed } = o;
  const { parameters } = trainee;
  const length = phaseLength(train.length, o);
  const { perEpoch, total } = length;
  const every = o.evalEvery ?? perEpoch;
  const stream = streams[o.name];
  const classWeights = o.classWeights
    ? balancedWeights(
        train.map((i) => o.given[i]!),
        o.classes,
      )
    : null;
  const slots = from?.slots ?? emptySlots(o.optimizer, parameters);
  if (from) restore(trainee, from);
  let history = from?.history ?? o.history;
  let since = from?.since ?? { loss: 0, right: 0, pictures: 0 };
  let best = from?.best ?? null;
  let step = from?.step ?? 0;
  let order: Uint32Array | undefined;
  const { statistics } = trainee;
  const stateNow = (): RunState => ({
    ...{ phase: o.name, earlier: o.earlier, step, parameters, statistics, slots, history, since, best },
  });
  const isOver = (): boolean => best !== null && o.patience > 0 && history.length - 1 - best.record >= o.patience;

  while (step < total && !isOver()) {
    const epoch = Math.floor(step / perEpoch);
    const at = step % perEpoch;
    if (at === 0 || !order) order = permutation(train.length, randomStream(seed, stream, 1, epoch));
    const places = order.slice(at * o.batch, (at + 1) * o.batch).map((i) => train[i]!);
    const given = places.map((i) => o.given[i]!);
    const weights = classWeights && Float32Array.from(given, (c) => classWeights[c]!);
    const mask = dropoutMask(o, places.length * o.lastInputs, randomStream(seed, stream, 2, step));
    const sums: BatchLoss = { loss: 0, right: 0 };
    const gradients = trainee.differentiate({ places, given, weights, mask, epoch }, sums);
    decayWeights(gradients, parameters, trainee.headParameters, o.weightDecay);
    const lr = decayed(o.lrDecay, o.lr, step / total);
    optimize(o.optimizer, { parameters, gradients, slots }, lr, ++step);
    trainee.update();
    if (!Number.isFinite(sums.loss)) throw diverged(o, step);
    since = {
      loss: since.loss + sums.loss,
      right: since.right + sums.right,
      pictures: since.pictures + places.length,
    };
    let isBest = false;
    if (step % every === 0 || step === total) {
      const held = trainee.validate();
      const record: FitRecord = {
        epoch: o.earlier.epochs + step / perEpoch,
        step: o.earlier.steps + step,
        loss: since.loss / since.pictures,
        accuracy: since.right / since.pictures,
        valLoss: held?.loss ?? null,
        valAccuracy: held?.accuracy ?? null,
        lr,
      };
      if (held && !Number.isFinite(held.loss)) throw diverged(o, step);
      const least = best && history[best.record]!.valLoss!;
      isBest = o.patience > 0 && held !== null && (least === null || held.loss < least);
      history = [...history, record];
      since = { loss: 0, right: 0, pictures: 0 };
      if (isBest) best = { record: history.length - 1, number: numberOf({ earlier: o.earlier, step }) };
      callbacks.onRecord(record, length);
    }
    await callbacks.onStep(stateNow(), isBest);
  }
  return stateNow();
}

/** Gives a trainee the numbers of a state. */
export function restore(trainee: Trainee, state: Pick<RunState, 'parameters' | 'statistics'>): void {
  for (const [i, values] of state.parameters.entries()) trainee.parameters[i]!.set(values);
  for (const [i, values] of state.statistics.entries()) trainee.statistics[i]!.set(values);
  trainee.update();
}

/** Inverted dropout: what stays is enlarged, so that nothing need be done when predicting. */
function dropoutMask({ dropout }: PhaseOptions, length: number, random: () => number): Float32Array | null {
  if (dropout === 0) return null;
  return Float32Array.from({ length }, () => (random() < dropout ? 0 : 1 / (1 - dropout)));
}

/** The derivative of `weightDecay / 2` times the squared weights of the head; biases are free, and so is the network. */
function decayWeights(
  gradients: readonly Float32Array[],
  parameters: readonly Float32Array[],
  count: number,
  weightDecay: number,
): void {
  for (let l = 0; l < count; l += 2) {
    const [gradient, weights] = [gradients[l]!, parameters[l]!];
    for (let i = 0; i < gradient.length; i++) gradient[i]! += weightDecay * weights[i]!;
  }
}

function diverged({ name, optimizer, lr }: PhaseOptions, step: number): PixkinError {
  const which = name === 'head' ? 'lr' : 'tuneLr';
  const message = `the loss must stay finite; it was not at step ${step} of the phase ${name} with ${which} ${lr} (${optimizer})`;
  return new PixkinError('training_diverged', message, { hint: `a smaller ${which}` });
}

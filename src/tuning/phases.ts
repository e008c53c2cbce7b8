/**
 * The phases of one run, each resumed or skipped where an earlier process did a part of it.
 */
import { appendFile } from 'node:fs/promises';
import type { FitRecord } from '../head/head.ts';
import { type Checkpoints, numberOf, type PhaseName, type RunState } from './checkpoints.ts';
import type { ResolvedTuneOptions } from './options.ts';
import { type PhaseOptions, phaseLength, restore, runPhase, type Trainee } from './phase.ts';
import type { TuneProgress, TuneTask, TuneWork } from './task.ts';
import { writeWhole } from './whole-file.ts';

export interface PhasesOptions {
  readonly options: ResolvedTuneOptions;
  readonly train: Uint32Array;
  readonly given: Uint32Array;
  readonly classes: number;
  readonly dim: number;
  readonly checkpoints: Checkpoints;
  /** File of the log, a line for each look. */
  readonly log: string;
  readonly every: TuneTask['checkpoint'];
  readonly onProgress: (progress: TuneProgress) => void;
  readonly onWork: (work: TuneWork) => void;
  /** Seconds of a step of the second phase, once that is known. */
  readonly onPace: (pace: { step: number; perEpoch: number; left: number }) => void;
}

const usualEveryMs = 30_000;
const workEvery = 250;
/** Steps that are timed; the first one, which prepares what the others use, is not. */
const timed = 3;

/** @param from the state that an earlier process left */
export async function createPhases(o: PhasesOptions, from: RunState | null) {
  const { train } = o;
  let state = from;
  let kept = performance.now();
  await writeWhole(o.log, from ? from.history.map((record) => line(record, phaseOf(record, from))) : []);
  const lengths = {
    head: phaseLength(train.length, phaseOptions(o, 'head')),
    tune: phaseLength(train.length, phaseOptions(o, 'tune')),
  };

  async function save(now: RunState): Promise<void> {
    await o.checkpoints.save(now);
    kept = performance.now();
  }

  async function run(name: PhaseName, trainee: Trainee): Promise<RunState> {
    const mine = state?.phase === name ? state : null;
    const earlier = mine?.earlier ?? progressOf(state, lengths.head.perEpoch);
    const later = name === 'head' ? lengths.tune.total : 0;
    const total = earlier.steps + lengths[name].total + later;
    const epochs = earlier.epochs + lengths[name].total / lengths[name].perEpoch;
    let record: FitRecord | null = null;
    let told = performance.now();
    let before = performance.now();
    const paces: number[] = [];
    const phase = { ...phaseOptions(o, name), name, earlier, history: mine?.history ?? state?.history ?? [] };
    if (name === 'tune' && !mine) await save(firstState(phase, trainee));
    const last = await runPhase(
      trainee,
      phase,
      {
        onRecord: (one) => {
          record = one;
        },
        async onStep(now, due) {
          if (
            name === 'tune' &&
            now.step < lengths.tune.total &&
            paces.push(performance.now() - before) === timed + 1
          ) {
            const step = paces.slice(1).reduce((sum, one) => sum + one, 0) / timed / 1000;
            o.onPace({ step, perEpoch: lengths.tune.perEpoch, left: lengths.tune.total - now.step });
          }
          const { everyMs = usualEveryMs, everySteps } = o.every ?? {};
          const isTime = everySteps === undefined ? performance.now() - kept >= everyMs : now.step % everySteps === 0;
          if (due || isTime) await save(now);
          const done = numberOf(now);
          if (record) {
            const progress: TuneProgress = { ...(record as FitRecord), phase: name, fold: null, epochs, done, total };
            await appendFile(o.log, line(record, name));
            // Kept first, where that is due: who kills this process at a message finds it.
            o.onProgress(progress);
            record = null;
          }
          if (performance.now() - told >= workEvery) {
            o.onWork({ what: 'steps', done, total });
            told = performance.now();
          }
          // Lets in the word that the parent is gone.
          await new Promise(setImmediate);
          before = performance.now();
        },
      },
      mine,
    );
    if (last.best && last.best.number !== numberOf(last)) restore(trainee, await o.checkpoints.load(last.best.number));
    state = last;
    return last;
  }

  return {
    /** Whether an earlier process ended it, so that its numbers are in the state of the next one. */
    isOver: (name: PhaseName): boolean => name === 'head' && state?.phase === 'tune',
    /** Trains, and gives the trainee its best numbers. */
    run,
  };
}

/** Steps and passes that a phase did before the next one; all that it did count, also those after the best. */
function progressOf(state: RunState | null, perEpoch: number): RunState['earlier'] {
  return state
    ? { steps: numberOf(state), epochs: state.earlier.epochs + state.step / perEpoch }
    : { steps: 0, epochs: 0 };
}

function phaseOptions(o: PhasesOptions, name: PhaseName): Omit<PhaseOptions, 'name' | 'earlier' | 'history'> {
  const { options, train, given, classes, dim } = o;
  const { optimizer, lrDecay, weightDecay, dropout, batch, classWeights, seed, hidden } = options;
  const own =
    name === 'head'
      ? { lr: options.lr, epochs: options.epochs, steps: options.steps }
      : { lr: options.tuneLr, epochs: options.tuneEpochs, steps: options.tuneSteps };
  const looks =
    name === 'head'
      ? { evalEvery: options.evalEvery, patience: options.patience }
      : { evalEvery: options.tuneEvalEvery, patience: options.tunePatience };
  const shared = { optimizer, lrDecay, weightDecay, dropout, batch, classWeights, seed };
  return { train, given, classes, lastInputs: hidden ?? dim, ...shared, ...own, ...looks };
}

/** Kept before the first step, since the head's best numbers are in it. */
function firstState(phase: Pick<PhaseOptions, 'name' | 'earlier' | 'history'>, trainee: Trainee): RunState {
  const { parameters, statistics } = trainee;
  const nothing = { step: 0, since: { loss: 0, right: 0, pictures: 0 }, best: null, slots: null };
  const { name, earlier, history } = phase;
  return { phase: name, earlier, history, parameters, statistics, ...nothing };
}

const line = (record: FitRecord, phase: PhaseName): string => `${JSON.stringify({ phase, ...record })}\n`;

const phaseOf = ({ step }: FitRecord, { phase, earlier }: RunState): PhaseName =>
  step <= earlier.steps ? 'head' : phase;

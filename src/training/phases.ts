import type { FitRecord } from '../head/head.ts';
import type { Scores } from '../head/scores.ts';
import { type FitState, fitHead, fitLength } from './fit.ts';
import { type Fitted, type Material, scorePlaces } from './fitted.ts';
import type { Plan } from './plan.ts';

/** One look of a fit at the held-out pictures. */
export interface TrainingProgress extends FitRecord {
  /** `fit`: the head that is evaluated. `cross-validation`: one that has not seen a fold. `refit`: with the held-out pictures. */
  readonly phase: 'fit' | 'cross-validation' | 'refit';
  /** 1 for the first; null in the other phases. */
  readonly fold: number | null;
  /** What `epoch` will be when this fit ends, if it does not end early. */
  readonly epochs: number;
  /** Steps of all fits; `total` falls where one ends early. */
  readonly done: number;
  readonly total: number;
}

/** What is kept of an unfinished training. */
export interface Saved {
  /** The first fit, once it has ended. */
  readonly main: Fitted | null;
  /** What each fold's pictures were judged to be, as far as that is done. */
  readonly folds: readonly Scores[];
  /** The fit that is under way, by its stream. */
  readonly current: { readonly stream: number; readonly state: FitState } | null;
}

export interface PhaseOptions {
  readonly saved?: Saved | null | undefined;
  /** Called with each progress; what it returns is waited for. */
  readonly onProgress: (progress: TrainingProgress, save: () => Saved) => Promise<void> | void;
  /** Called after each step; what it returns is waited for. */
  readonly pause?: () => Promise<void> | undefined;
}

/** The fits of one training, each resumed or skipped where an earlier process did a part of them. */
export function createPhases(plan: Plan, material: Material, o: PhaseOptions) {
  const { options, splitting, foldCount } = plan;
  const { train, validation } = splitting;
  const everything = Uint32Array.from([...train, ...validation]).sort();
  let main = o.saved?.main ?? null;
  const folds = [...(o.saved?.folds ?? [])];
  let current = o.saved?.current ?? null;
  let done = 0;

  const later = Array.from({ length: foldCount }, (_, fold) => foldPlaces(plan, fold).train.length);
  if (splitting.drawn) later.push(everything.length);
  /** Steps of the fits after the first. */
  const stepsLater = (part: number): number =>
    later.reduce((sum, pictures) => sum + fitLength(pictures, options, part).last, 0);

  async function run(
    stream: number,
    phase: TrainingProgress['phase'],
    places: { train: Uint32Array; validation: Uint32Array },
    part: number,
  ): Promise<Fitted> {
    const fold = phase === 'cross-validation' ? stream : null;
    const fitted = await fitHead(
      { ...material, ...places, options, part, stream },
      {
        state: current?.stream === stream ? current.state : undefined,
        onRecord: (state, record, { last, perEpoch }) => {
          current = { stream, state };
          const total = main ? stepsOf(main) + stepsLater(main.part) : last + stepsLater(1);
          const progress = { ...record, phase, fold, epochs: last / perEpoch, done: done + record.step, total };
          return o.onProgress(progress, () => ({ main, folds, current }));
        },
        ...(o.pause && { pause: o.pause }),
      },
    );
    current = null;
    return fitted;
  }

  return {
    async main(): Promise<Fitted> {
      main ??= await run(0, 'fit', { train, validation }, 1);
      done += stepsOf(main);
      return main;
    },
    async fold(fold: number, part: number, temperature: number): Promise<Scores> {
      const places = foldPlaces(plan, fold);
      if (!folds[fold]) {
        const one = { train: places.train, validation: new Uint32Array() };
        const fitted = await run(1 + fold, 'cross-validation', one, part);
        folds[fold] = scorePlaces(material, fitted, places.asked, temperature);
      }
      done += fitLength(places.train.length, options, part).last;
      return folds[fold];
    },
    refit: (part: number) => run(1 + foldCount, 'refit', { train: everything, validation: new Uint32Array() }, part),
  };
}

/** Also those after the best one. */
function stepsOf({ history }: Fitted): number {
  return history.at(-1)!.step;
}

/** What a fold's head is fitted on, and what it is asked about. */
export function foldPlaces(
  { splitting: { train }, folds }: Plan,
  fold: number,
): { train: Uint32Array; asked: Uint32Array } {
  return { train: train.filter((_, i) => folds[i] !== fold), asked: train.filter((_, i) => folds[i] === fold) };
}

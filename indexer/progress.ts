/**
 * How far a job is: a bar on a terminal, else a line every few seconds.
 */
import cliProgress from 'cli-progress';
import type { Io } from './io.ts';

export interface ProgressState {
  readonly done: number;
  /** null while it is not known yet. */
  readonly total: number | null;
  /** Items a second. */
  readonly rate: number | null;
  readonly secondsLeft: number | null;
  /** What else there is to say of it. */
  readonly about?: string;
}

export interface Progress {
  update(state: ProgressState): void;
  /** Says a line in between. */
  interrupt(line: string): void;
  stop(): void;
}

const lineEveryMs = 5000;
/** Begins a terminal's line anew, so that what follows does not run into the bar. */
export const clearLine = '\r\x1b[K';

export interface ProgressOptions {
  readonly clock?: () => number;
  /** Of what is counted; absent: pictures, which need none. */
  readonly unit?: string | undefined;
  /** Of the bar, in characters; absent: 40. */
  readonly width?: number | undefined;
}

export function createProgress(io: Io, o: ProgressOptions = {}): Progress {
  const { clock = () => performance.now(), width = 40 } = o;
  const unit = o.unit === undefined ? '' : ` ${o.unit}`;
  return io.terminal ? bar(io, io.terminal, unit, width) : lines(io, clock, unit);
}

function bar(io: Io, terminal: NonNullable<Io['terminal']>, unit: string, width: number): Progress {
  const view = new cliProgress.SingleBar({
    format: `{bar} {value}/{total}${unit}  {speed}`,
    barsize: width,
    hideCursor: true,
    clearOnComplete: true,
    fps: 5,
    // It only writes, and looks at isTTY and columns.
    stream: terminal as NodeJS.WritableStream,
  });
  let shown = false;
  return {
    update(state) {
      if (state.total === null || state.total === 0) return;
      const payload = { speed: describe(state, unit) };
      if (!shown) view.start(state.total, state.done, payload);
      shown = true;
      view.setTotal(state.total);
      view.update(state.done, payload);
    },
    interrupt(line) {
      // Ended and begun again: else it would end where it began, over the lines that were said in between.
      view.stop();
      shown = false;
      io.note(line);
    },
    stop: () => view.stop(),
  };
}

function lines(io: Io, clock: () => number, unit: string): Progress {
  let last = clock();
  return {
    update(state) {
      if (state.total === 0 || clock() - last < lineEveryMs) return;
      last = clock();
      io.note(`${state.done}${state.total === null ? '' : ` of ${state.total}`}${unit}  ${describe(state, unit)}`);
    },
    interrupt: io.note,
    stop() {},
  };
}

function describe({ rate, secondsLeft, about }: ProgressState, unit: string): string {
  const left = secondsLeft === null ? '' : `${duration(secondsLeft)} left`;
  // One line of a terminal has no room for all three.
  if (about !== undefined) return [left, about].filter((part) => part !== '').join(', ');
  if (rate === null) return '';
  return `${rate.toFixed(1)}${unit}/s${left === '' ? '' : `, ${left}`}`;
}

/** `90` → `1 min 30 s` */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

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

export function createProgress(io: Io, clock: () => number = () => performance.now()): Progress {
  return io.terminal ? bar(io, io.terminal) : lines(io, clock);
}

function bar(io: Io, terminal: NonNullable<Io['terminal']>): Progress {
  const view = new cliProgress.SingleBar({
    format: '{bar} {value}/{total}  {speed}',
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
      const payload = { speed: speed(state) };
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

function lines(io: Io, clock: () => number): Progress {
  let last = clock();
  return {
    update(state) {
      if (clock() - last < lineEveryMs) return;
      last = clock();
      io.note(`${state.done}${state.total === null ? '' : ` of ${state.total}`}  ${speed(state)}`);
    },
    interrupt: io.note,
    stop() {},
  };
}

function speed({ rate, secondsLeft }: ProgressState): string {
  if (rate === null) return '';
  return `${rate.toFixed(1)}/s${secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`}`;
}

/** `90` → `1 min 30 s` */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

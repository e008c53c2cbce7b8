import { resolve } from 'node:path';
import { pullNetwork, requireArchitecture } from '../../../src/index.ts';
import type { Context } from '../../context.ts';
import type { Io } from '../../io.ts';
import { createProgress, type Progress } from '../../progress.ts';
import { type Flags, readPositive, readSquare } from './flags.ts';
import { showNetwork } from './show.ts';

const lineEveryMs = 1000;

/** Brings the published weights of an architecture: the only command that asks the internet for anything. */
export async function pull({ config, io, signal }: Context, name: string, flags: Flags): Promise<number> {
  const architecture = requireArchitecture('NAME', name);
  const progress = createProgress(io, { unit: 'MB' });
  const { from, alpha, size, half, replace } = flags;
  try {
    const pulled = await pullNetwork(config.data, architecture, {
      ...{ top: flags.withTop === true, name: flags.name, half, replace, signal },
      alpha: alpha === undefined ? undefined : readPositive('--alpha', alpha),
      size: size === undefined ? undefined : readSquare('--size', size),
      // A path is one from where the command was typed.
      from: from === undefined || /^[a-z][a-z+.-]+:\/\//i.test(from) ? from : resolve(from),
      onProgress: meter(io, progress),
      onCut: (reason) => progress.interrupt(`the connection was cut (${reason}); another one follows`),
    });
    progress.stop();
    showNetwork(io, 'pulled', pulled);
    return 0;
  } finally {
    progress.stop();
  }
}

/** Shows bytes as they come, and the rate of this run: what an earlier one brought was not brought now. */
function meter(io: Io, progress: Progress): (bytes: number, total: number | null) => void {
  const start = performance.now();
  let before: number | undefined;
  let told = start;
  return (bytes, total) => {
    before ??= bytes;
    const now = performance.now();
    const rate = (bytes - before) / ((now - start) / 1000) || null;
    const secondsLeft = rate === null || total === null ? null : (total - bytes) / rate;
    progress.update({
      done: mega(bytes),
      total: total === null ? null : mega(total),
      rate: rate === null ? null : rate / 1e6,
      secondsLeft,
    });
    if (now - told < lineEveryMs && bytes !== total) return;
    told = now;
    const whole = (value: number | null): number | null => (value === null ? null : Math.ceil(value));
    io.json({ type: 'progress', bytes, total, bytes_per_second: whole(rate), seconds_left: whole(secondsLeft) });
  };
}

/** One decimal. */
const mega = (bytes: number): number => Math.round(bytes / 1e5) / 10;

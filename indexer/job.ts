import { isErrorCode, PixkinError } from '../src/index.ts';
import type { Client } from './client.ts';
import type { Context } from './context.ts';
import { createProgress, type ProgressState } from './progress.ts';
import { describeLook, type Look } from './training.ts';

/** A job as HTTP tells of it. */
interface JobAnswer {
  readonly state: string;
  readonly done: number;
  readonly total: number | null;
  readonly rate: number | null;
  readonly seconds_left: number | null;
  readonly notes?: readonly string[];
  readonly result: unknown;
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string } | null;
}

interface FollowOptions {
  /** Of what its progress counts; absent: pictures. */
  readonly unit?: string;
  /** Of the bar. */
  readonly width?: number;
  /** What is said where it was cancelled. */
  readonly cancelled?: string;
}

/** Shows a job until it ends, and gives back its result. Ctrl-C cancels it. */
export async function followJob(
  { io, signal }: Context,
  client: Client,
  id: string,
  { unit, width, cancelled = 'cancelled; what was committed stays' }: FollowOptions = {},
): Promise<unknown> {
  const progress = createProgress(io, { unit, width });
  let state: ProgressState = { done: 0, total: null, rate: null, secondsLeft: null };
  let noted = 0;
  const cancel = (): void => void client.json(`/jobs/${id}`, { method: 'DELETE' }).catch(() => {});
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for await (const { event, data } of client.events(`/jobs/${id}/events`)) {
      if (event === 'outcome') {
        io.json(data as object);
        const { type, root, image, reason, message } = data as Record<string, string>;
        if (type === 'failed' && !io.isJson) progress.interrupt(`failed: ${root}: ${image}: ${reason}: ${message}`);
        continue;
      }
      if (event === 'training') {
        const look = data as Look;
        io.json({ type: 'training', ...look });
        state = { ...state, done: look.done, total: look.total, about: describeLook(look) };
        progress.update(state);
        continue;
      }
      const job = data as JobAnswer;
      for (const note of job.notes?.slice(noted) ?? []) progress.interrupt(note);
      noted = job.notes?.length ?? 0;
      state = { ...state, done: job.done, total: job.total, rate: job.rate, secondsLeft: job.seconds_left };
      progress.update(state);
      if (event !== 'end') continue;
      if (job.state === 'done') return job.result;
      if (job.state === 'cancelled') throw new PixkinError('cancelled', cancelled);
      const { code, message = 'the job failed', hint } = job.error ?? {};
      throw new PixkinError(isErrorCode(code) ? code : 'internal', message, hint === undefined ? {} : { hint });
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    progress.stop();
  }
  throw new PixkinError('closed', 'the process that holds the collection is ending; what it committed stays');
}

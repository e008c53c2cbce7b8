import { isErrorCode, PixkinError } from '../src/index.ts';
import type { Client } from './client.ts';
import type { Context } from './context.ts';
import { createProgress } from './progress.ts';

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

/** Shows a job until it ends, and gives back its result. Ctrl-C cancels it: what was committed stays. */
export async function followJob({ io, signal }: Context, client: Client, id: string): Promise<unknown> {
  const progress = createProgress(io);
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
      const job = data as JobAnswer;
      for (const note of job.notes?.slice(noted) ?? []) progress.interrupt(note);
      noted = job.notes?.length ?? 0;
      progress.update({ done: job.done, total: job.total, rate: job.rate, secondsLeft: job.seconds_left });
      if (event !== 'end') continue;
      if (job.state === 'done') return job.result;
      if (job.state === 'cancelled') throw new PixkinError('cancelled', 'cancelled; what was committed stays');
      const { code, message = 'the job failed', hint } = job.error ?? {};
      throw new PixkinError(isErrorCode(code) ? code : 'internal', message, hint === undefined ? {} : { hint });
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    progress.stop();
  }
  throw new PixkinError('closed', 'the process that holds the collection is ending; what it committed stays');
}

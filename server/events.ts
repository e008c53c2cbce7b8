/**
 * A job as server-sent events: first how it stands, then what happens, last its end.
 */
import type { JobEvent, Jobs } from '../src/index.ts';
import { jobJson } from './records.ts';

/** Something must come now and then, or proxies close the connection; in milliseconds. */
const heartbeat = 15_000;

/**
 * Nothing is read ahead of whoever listens.
 * @throws PixkinError `job_not_found`
 */
export function eventStream(jobs: Jobs, id: string, scrub: (message: string) => string): ReadableStream<Uint8Array> {
  // Listen first, look then: so nothing falls between the two.
  const events = jobs.events(id)[Symbol.asyncIterator]();
  const job = jobs.get(id);
  const encoder = new TextEncoder();
  let next: Promise<IteratorResult<JobEvent>> | null = null;
  return new ReadableStream({
    start(controller) {
      if (job.state === 'running') controller.enqueue(encoder.encode(eventText({ type: 'progress', job }, scrub)));
    },
    async pull(controller) {
      next ??= events.next();
      const result = await orHeartbeat(next);
      if (result === null) {
        controller.enqueue(encoder.encode(': still running\n\n'));
        return;
      }
      next = null;
      if (result.done) return controller.close();
      controller.enqueue(encoder.encode(eventText(result.value, scrub)));
      if (result.value.type === 'end') controller.close();
    },
    cancel() {
      void events.return?.().catch(() => {});
    },
  });
}

function eventText(event: JobEvent, scrub: (message: string) => string): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(eventData(event, scrub))}\n\n`;
}

function eventData(event: JobEvent, scrub: (message: string) => string): object {
  if (event.type !== 'outcome') return jobJson(event.job, scrub);
  const { outcome } = event;
  return outcome.type === 'failed' ? { ...outcome, message: scrub(outcome.message) } : outcome;
}

/** Null where nothing happened for a while. */
async function orHeartbeat<T>(next: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, heartbeat, null).unref();
  });
  try {
    return await Promise.race([next, silence]);
  } finally {
    clearTimeout(timer);
  }
}

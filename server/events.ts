/**
 * A job as server-sent events: first how it stands, then what happens, last its end.
 */
import type { JobEvent, Jobs } from '../src/index.ts';
import { trainingJson } from './head-records.ts';
import { jobJson } from './job-records.ts';

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
  let silent: NodeJS.Timeout | undefined;
  return new ReadableStream({
    start(controller) {
      silent = setInterval(() => controller.enqueue(encoder.encode(': still running\n\n')), heartbeat).unref();
      if (job.state === 'running') controller.enqueue(encoder.encode(eventText({ type: 'progress', job }, scrub)));
    },
    async pull(controller) {
      const { value, done } = await events.next();
      silent?.refresh();
      if (!done) controller.enqueue(encoder.encode(eventText(value, scrub)));
      if (!done && value.type !== 'end') return;
      clearInterval(silent);
      controller.close();
    },
    cancel() {
      clearInterval(silent);
      void events.return?.().catch(() => {});
    },
  });
}

function eventText(event: JobEvent, scrub: (message: string) => string): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(eventData(event, scrub))}\n\n`;
}

function eventData(event: JobEvent, scrub: (message: string) => string): object {
  if (event.type === 'training') return trainingJson(event.training);
  if (event.type !== 'outcome') return jobJson(event.job, scrub);
  const { outcome } = event;
  return outcome.type === 'failed' ? { ...outcome, message: scrub(outcome.message) } : outcome;
}

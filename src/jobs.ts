/**
 * Long work with progress, events and cancel. Jobs live as long as the process; what they did is in the catalog.
 */
import { randomUUID } from 'node:crypto';
import { EventEmitter, on, setMaxListeners } from 'node:events';
import { PixkinError, toPixkinError } from './errors.ts';
import type { JobEvent, JobRecord, JobState, Jobs, Outcome, TrainingStep } from './types.ts';

interface Job {
  record: JobRecord;
  readonly events: EventEmitter;
  readonly abort: AbortController;
  /** Outcomes that nobody has heard yet; null once somebody listens, or nobody came in time. */
  unheard: Outcome[] | null;
  ended: Promise<void>;
}

/** Jobs that have ended and are still told about. */
const kept = 100;
/** Progress is told at most this often, in milliseconds: who draws it sees no more. */
const progressEvery = 100;
/** Rates are over the last so many milliseconds. */
const rateWindow = 10_000;
/** Who starts a job needs another request to listen to it: its outcomes wait so long, in milliseconds. */
const listenWithin = 5000;

/** @param clock milliseconds, growing */
export function createJobs(clock: () => number = () => performance.now()): Jobs & { close(): Promise<void> } {
  const jobs = new Map<string, Job>();
  let closed = false;

  const get = (id: string): Job => {
    const job = jobs.get(id);
    if (!job) throw new PixkinError('job_not_found', `no job has the id "${id}"`);
    return job;
  };
  const tell = (job: Job, event: JobEvent): void => void job.events.emit('event', event);
  const end = (job: Job, state: JobState, result: unknown, error: JobRecord['error']): void => {
    job.record = { ...job.record, state, result, error, secondsLeft: state === 'done' ? 0 : null };
    tell(job, { type: 'end', job: job.record });
    const ended = [...jobs.values()].filter((j) => j.record.state !== 'running');
    for (const old of ended.slice(0, -kept)) jobs.delete(old.record.id);
  };

  return {
    start(kind, work) {
      if (closed) throw new PixkinError('closed', 'the collection is closed');
      const record: JobRecord = {
        id: randomUUID(),
        kind,
        state: 'running',
        done: 0,
        total: null,
        rate: null,
        secondsLeft: null,
        result: null,
        error: null,
      };
      const job: Job = {
        record,
        events: new EventEmitter().setMaxListeners(0),
        abort: new AbortController(),
        unheard: [],
        ended: Promise.resolve(),
      };
      jobs.set(record.id, job);
      // Every picture that is under way listens to it.
      setMaxListeners(0, job.abort.signal);
      const giveUp = (): void => {
        job.unheard = null;
      };
      setTimeout(giveUp, listenWithin).unref();
      const rate = rateMeter(clock);
      let told = Number.NEGATIVE_INFINITY;
      const control = {
        signal: job.abort.signal,
        progress(done: number, total: number | null) {
          const perSecond = rate(done);
          const secondsLeft = perSecond && total !== null ? (total - done) / perSecond : null;
          job.record = { ...job.record, done, total, rate: perSecond, secondsLeft };
          if (done !== total && clock() - told < progressEvery) return;
          told = clock();
          tell(job, { type: 'progress', job: job.record });
        },
        outcome(outcome: Outcome) {
          job.unheard?.push(outcome);
          tell(job, { type: 'outcome', outcome });
        },
        training(training: TrainingStep) {
          tell(job, { type: 'training', training });
        },
        note(message: string) {
          job.record = { ...job.record, notes: [...(job.record.notes ?? []), message] };
          tell(job, { type: 'progress', job: job.record });
        },
      };
      job.ended = Promise.resolve()
        .then(() => {
          job.abort.signal.throwIfAborted();
          return work(control);
        })
        .then(
          (result) => end(job, job.abort.signal.aborted ? 'cancelled' : 'done', result, null),
          (error) => {
            const { code, message, hint } = toPixkinError(error);
            // Whatever an abort made the work throw: nobody needs to be told more than that it was cancelled.
            if (job.abort.signal.aborted) end(job, 'cancelled', null, null);
            else end(job, 'failed', null, { code, message, ...(hint !== undefined && { hint }) });
          },
        );
      return record;
    },
    get: (id) => get(id).record,
    list: () => [...jobs.values()].map((job) => job.record),
    async cancel(id) {
      const job = get(id);
      job.abort.abort();
      await job.ended;
      return job.record;
    },
    events(id) {
      const job = get(id);
      return follow(job);
    },
    async close() {
      closed = true;
      for (const job of jobs.values()) job.abort.abort();
      await Promise.all([...jobs.values()].map((job) => job.ended));
    },
  };
}

/** Listens from the call on, so that nothing is lost between it and the first `next()`; the first who listens hears it all. */
function follow(job: Job): AsyncIterable<JobEvent> {
  const abort = new AbortController();
  const unheard = job.unheard ?? [];
  job.unheard = null;
  const events = job.record.state === 'running' ? on(job.events, 'event', { signal: abort.signal }) : null;
  return (async function* () {
    for (const outcome of unheard) yield { type: 'outcome', outcome } as const;
    if (!events) {
      yield { type: 'end', job: job.record } as const;
      return;
    }
    try {
      for await (const [event] of events as AsyncIterable<[JobEvent]>) {
        yield event;
        if (event.type === 'end') return;
      }
    } finally {
      abort.abort();
    }
  })();
}

function rateMeter(clock: () => number): (done: number) => number | null {
  const seen: { at: number; done: number }[] = [];
  return (done) => {
    const now = clock();
    seen.push({ at: now, done });
    while (seen.length > 2 && now - seen[0]!.at > rateWindow) seen.shift();
    const first = seen[0]!;
    return now > first.at && done > first.done ? ((done - first.done) * 1000) / (now - first.at) : null;
  };
}

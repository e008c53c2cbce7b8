import { expect, test } from 'vitest';
import { PixkinError } from '../../src/errors.ts';
import { createJobs } from '../../src/jobs.ts';
import type { JobControl, JobEvent, Outcome } from '../../src/types.ts';

const outcome: Outcome = { type: 'unchanged', root: 'left', image: 'a.jpg' };

/** A promise to be settled from outside. */
function deferred<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((yes) => {
    resolve = yes;
  });
  return { promise, resolve };
}

async function all(events: AsyncIterable<JobEvent>): Promise<JobEvent[]> {
  const seen: JobEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

/** A clock that goes on by so many milliseconds whenever it is asked. */
const ticking = (ms: number) => {
  let now = 0;
  return () => {
    now += ms;
    return now;
  };
};

test('a job runs, tells of its progress and outcomes, and ends with what its work gave', async () => {
  const jobs = createJobs(ticking(100));
  const started = deferred<void>();
  const { id, state } = jobs.start('index', async (control) => {
    await started.promise;
    control.progress(0, null);
    control.outcome(outcome);
    control.progress(1, 2);
    return { indexed: 1 };
  });
  expect(state).toBe('running');
  const events = jobs.events(id);
  started.resolve();
  expect(await all(events)).toEqual([
    { type: 'progress', job: expect.objectContaining({ id, kind: 'index', done: 0, total: null, rate: null }) },
    { type: 'outcome', outcome },
    { type: 'progress', job: expect.objectContaining({ done: 1, total: 2, state: 'running' }) },
    {
      type: 'end',
      job: expect.objectContaining({ state: 'done', result: { indexed: 1 }, error: null, secondsLeft: 0 }),
    },
  ]);
  expect(jobs.get(id)).toMatchObject({ state: 'done', done: 1, total: 2, result: { indexed: 1 } });
});

test('rate and time left are those of the last ten seconds', async () => {
  let now = 0;
  const jobs = createJobs(() => now);
  const { id } = jobs.start('index', async (control) => {
    control.progress(0, 100);
    now = 1000;
    control.progress(50, 100);
    expect(jobs.list()[0]).toMatchObject({ rate: 50, secondsLeft: 1 });
    now = 12_000;
    control.progress(61, 100);
    expect(jobs.list()[0]).toMatchObject({ rate: 1, secondsLeft: 39 });
  });
  expect((await all(jobs.events(id))).at(-1)).toMatchObject({ type: 'end', job: { state: 'done', error: null } });
});

test('a job that has ended yields its end only', async () => {
  const jobs = createJobs();
  const { id } = jobs.start('rebuild', async (control) => control.progress(1, 1));
  await all(jobs.events(id));
  expect(await all(jobs.events(id))).toEqual([{ type: 'end', job: jobs.get(id) }]);
});

test('everybody who listens hears everything, also who looks late', async () => {
  const jobs = createJobs();
  const go = deferred<void>();
  const { id } = jobs.start('index', async (control) => {
    await go.promise;
    for (let i = 1; i <= 3; i++) control.outcome({ ...outcome, image: `${i}.jpg` });
  });
  const listeners = [jobs.events(id), jobs.events(id)];
  const first = all(listeners[0]!);
  go.resolve();
  await first;
  expect((await all(listeners[1]!)).map((event) => event.type)).toEqual(['outcome', 'outcome', 'outcome', 'end']);
});

test('progress is told ten times a second at most, and always when all is done', async () => {
  const jobs = createJobs(ticking(1));
  const { id } = jobs.start('index', async (control) => {
    for (let i = 0; i <= 1000; i++) control.progress(i, 1000);
  });
  const told = (await all(jobs.events(id))).flatMap((event) => (event.type === 'progress' ? [event.job.done] : []));
  expect(told.length).toBeGreaterThan(5);
  expect(told.length).toBeLessThan(100);
  expect(told.at(-1)).toBe(1000);
});

test('who stops listening does not disturb the job or others', async () => {
  const jobs = createJobs();
  const go = deferred<void>();
  const { id } = jobs.start('index', async (control) => {
    control.progress(0, 1);
    await go.promise;
    return 'whole';
  });
  const other = all(jobs.events(id));
  for await (const event of jobs.events(id)) {
    expect(event.type).toBe('progress');
    break;
  }
  go.resolve();
  expect((await other).at(-1)).toMatchObject({ job: { state: 'done', result: 'whole' } });
});

test.each([
  [new PixkinError('rebuild_incomplete', 'one is missing'), { code: 'rebuild_incomplete', message: 'one is missing' }],
  [new TypeError('a bug'), { code: 'internal', message: 'a bug' }],
])('a job whose work throws %s has failed and says why', async (error, expected) => {
  const jobs = createJobs();
  const { id } = jobs.start('rebuild', () => Promise.reject(error));
  expect((await all(jobs.events(id))).at(-1)).toMatchObject({
    type: 'end',
    job: { state: 'failed', error: expected, result: null },
  });
});

test('work that throws at once fails the job, not its start', async () => {
  const jobs = createJobs();
  const { id } = jobs.start('rebuild', () => {
    throw new Error('at once');
  });
  await all(jobs.events(id));
  expect(jobs.get(id)).toMatchObject({ state: 'failed', error: { message: 'at once' } });
});

const untilAborted = ({ signal }: JobControl): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

test('a cancelled job ends as cancelled, whatever its work throws then', async () => {
  const jobs = createJobs();
  const begun = deferred<void>();
  const { id } = jobs.start('index', (control) => {
    begun.resolve();
    return untilAborted(control);
  });
  const events = all(jobs.events(id));
  await begun.promise;
  expect(await jobs.cancel(id)).toMatchObject({ state: 'cancelled', error: null });
  expect((await events).at(-1)).toMatchObject({ type: 'end', job: { state: 'cancelled' } });
  expect(await jobs.cancel(id)).toMatchObject({ state: 'cancelled' });
});

test('a job that is cancelled before its work began never begins', async () => {
  const jobs = createJobs();
  let began = false;
  const { id } = jobs.start('index', async () => {
    began = true;
  });
  await jobs.cancel(id);
  expect(began).toBe(false);
});

test('cancelling waits until the work has stopped, and keeps what it gives', async () => {
  const jobs = createJobs();
  const go = deferred<void>();
  const begun = deferred<void>();
  const { id } = jobs.start('index', async () => {
    begun.resolve();
    await go.promise;
    return { indexed: 3 };
  });
  await begun.promise;
  const cancelled = jobs.cancel(id);
  expect(jobs.get(id).state).toBe('running');
  go.resolve();
  expect(await cancelled).toMatchObject({ state: 'cancelled', result: { indexed: 3 } });
});

test('cancelling a job that is done changes nothing', async () => {
  const jobs = createJobs();
  const { id } = jobs.start('index', async () => 'whole');
  await all(jobs.events(id));
  expect(await jobs.cancel(id)).toMatchObject({ state: 'done', result: 'whole' });
});

test('closing cancels what runs and waits for it', async () => {
  const jobs = createJobs();
  const ids = [jobs.start('index', untilAborted), jobs.start('rebuild', untilAborted)].map((job) => job.id);
  await jobs.close();
  expect(ids.map((id) => jobs.get(id).state)).toEqual(['cancelled', 'cancelled']);
});

test('an id that no job has is job_not_found', async () => {
  const jobs = createJobs();
  const expected = { code: 'job_not_found', message: 'no job has the id "x"' };
  expect(() => jobs.get('x')).toThrow(expect.objectContaining(expected));
  expect(() => jobs.events('x')).toThrow(expect.objectContaining(expected));
  await expect(jobs.cancel('x')).rejects.toMatchObject(expected);
});

test('of jobs that have ended the last hundred are told about; those that run are always', async () => {
  const jobs = createJobs();
  const running = jobs.start('index', untilAborted);
  const ids: string[] = [];
  for (let i = 0; i < 101; i++) {
    const { id } = jobs.start('index', async () => i);
    ids.push(id);
    await all(jobs.events(id));
  }
  expect(jobs.list()).toHaveLength(101);
  expect(jobs.get(running.id).state).toBe('running');
  expect(() => jobs.get(ids[0]!)).toThrow(PixkinError);
  expect(jobs.get(ids[1]!).result).toBe(1);
  await jobs.close();
});

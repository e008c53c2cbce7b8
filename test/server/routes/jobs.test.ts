import { EventSourceParserStream } from 'eventsource-parser/stream';
import { describe, expect, test, vi } from 'vitest';
import type { JobControl } from '../../../src/index.ts';
import { errorOf, jsonRequest, openAccess, serve } from '../fake.ts';

describe('POST /jobs', () => {
  test('sweeps all roots, or those that are named', async () => {
    const { app, told } = serve();
    const response = await app.request('/jobs', jsonRequest({ kind: 'index' }));
    const job = (await response.json()) as { id: string };
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/jobs/${job.id}`);
    expect(job).toEqual({
      ...{ id: job.id, kind: 'index', state: 'running', done: 0, total: null },
      ...{ rate: null, seconds_left: null, result: null, error: null },
    });
    await app.request('/jobs', jsonRequest({ kind: 'index', roots: ['photos'] }));
    expect(told).toEqual([
      ['sweep', undefined],
      ['sweep', ['photos']],
    ]);
  });

  test.each([
    [{ kind: 'rebuild' }, { fromCache: false }],
    [{ kind: 'rebuild', from_cache: true }, { fromCache: true }],
    [
      { kind: 'rebuild', backbone: '/srv/net' },
      { fromCache: false, backbone: '/srv/net' },
    ],
    [
      { kind: 'rebuild', backbone: 'vgg16', pooling: 'none', cut: 'block5_pool', drop_old: true },
      { fromCache: false, backbone: 'vgg16', pooling: 'none', cut: 'block5_pool', dropOld: true },
    ],
    [
      { kind: 'rebuild', rollback: true, dry_run: true },
      { fromCache: false, rollback: true, dryRun: true },
    ],
  ])('rebuilds as %j says', async (body, options) => {
    const { app, collection } = serve();
    const { id } = (await (await app.request('/jobs', jsonRequest(body))).json()) as { id: string };
    for await (const event of collection.jobs.events(id))
      if (event.type === 'end') expect(event.job.result).toEqual(options);
  });

  test.each([
    [{ kind: 'train' }, 400, 'kind must be index or rebuild; got train'],
    [{}, 400, 'kind must be index or rebuild; got nothing'],
    [{ kind: 'index', roots: 'photos' }, 400, 'roots must be a list of names; got photos'],
    [{ kind: 'index', from_cache: true }, 400, 'from_cache is not a parameter here'],
    [{ kind: 'rebuild', from_cache: 'yes' }, 400, 'from_cache must be true or false; got yes'],
    [
      { kind: 'rebuild', from_cache: true, backbone: 'x' },
      400,
      'from_cache goes without backbone, pooling, cut and project',
    ],
    [
      { kind: 'rebuild', rollback: true, backbone: 'x' },
      400,
      'rollback goes without backbone, pooling, cut, project and from_cache',
    ],
    [{ kind: 'rebuild', drop_old: true }, 400, 'drop_old goes with backbone, pooling, cut or project'],
    [{ kind: 'rebuild', pooling: 'sum' }, 400, 'pooling must be one of none, avg, max, gem; got sum'],
    [{ kind: 'index', roots: ['none'] }, 404, 'no root is named "none"'],
  ])('refuses %j', async (body, status, message) => {
    const { app, told } = serve();
    expect(await errorOf(app.request('/jobs', jsonRequest(body)))).toMatchObject({ status, message });
    expect(told).toEqual([]);
  });
});

/** A job that goes on when the test says so. */
function work() {
  let finish: (result: unknown) => void = () => {};
  let begin: (control: JobControl) => void = () => {};
  const finished = new Promise((resolve) => {
    finish = resolve;
  });
  const started = new Promise<JobControl>((resolve) => {
    begin = resolve;
  });
  const run = (control: JobControl): Promise<unknown> => {
    begin(control);
    return finished;
  };
  return { run, finish, started };
}

describe('GET and DELETE /jobs/{id}', () => {
  test('tell how a job stands', async () => {
    const { app, collection } = serve();
    const { run, started, finish } = work();
    const { id } = collection.jobs.start('rebuild', run);
    (await started).progress(2, 5);
    expect(await (await app.request(`/jobs/${id}`)).json()).toMatchObject({ id, state: 'running', done: 2, total: 5 });
    expect(await (await app.request('/jobs')).json()).toMatchObject({ jobs: [{ id, kind: 'rebuild' }] });
    finish({});
  });

  test('have notes for whoever started one, without folders for whoever only reads', async () => {
    const { app, collection } = serve({ access: { ...openAccess, readTokens: ['reader'], required: true } });
    const { run, started, finish } = work();
    const { id } = collection.jobs.start('rebuild', run);
    (await started).note('/srv/secret/photos is offline');
    const notes = async (token: string) => {
      const response = await app.request(`/jobs/${id}`, { headers: { authorization: `Bearer ${token}` } });
      return ((await response.json()) as { notes: string[] }).notes;
    };
    expect(await notes('holder')).toEqual(['/srv/secret/photos is offline']);
    expect(await notes('reader')).toEqual(['photos is offline']);
    finish({});
  });

  test('cancel one, and answer when it has stopped', async () => {
    const { app, collection } = serve();
    const job = collection.jobs.start('index', ({ signal }) => {
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ indexed: 1 })));
    });
    const response = await app.request(`/jobs/${job.id}`, { method: 'DELETE' });
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { state: 'cancelled', result: { indexed: 1 } },
    ]);
  });

  test.each([
    ['GET', '/jobs/none'],
    ['DELETE', '/jobs/none'],
    ['GET', '/jobs/none/events'],
  ])('know no other job: %s %s', async (method, path) => {
    const { app } = serve();
    expect(await errorOf(app.request(path, { method }))).toMatchObject({ status: 404, code: 'job_not_found' });
  });

  test('keep folders from whoever only reads', async () => {
    const { app, collection } = serve({ access: { ...openAccess, readTokens: ['reader'], required: true } });
    const job = collection.jobs.start('rebuild', () => Promise.reject(new Error("open '/srv/secret/photos/a.jpg'")));
    const answer = async (token: string) => {
      const response = await app.request(`/jobs/${job.id}/events`, { headers: { authorization: `Bearer ${token}` } });
      return response.text();
    };
    expect(await answer('reader')).not.toContain('/srv');
    expect(await answer('holder')).toContain('/srv/secret');
  });
});

describe('GET /jobs/{id}/events', () => {
  const eventsOf = (response: Response) => {
    const stream = response.body!.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
    const reader = stream.getReader();
    return {
      cancel: () => reader.cancel(),
      async next() {
        const { value } = await reader.read();
        return value && { event: value.event, data: JSON.parse(value.data) };
      },
    };
  };

  test('begin with how the job stands, and go on to its end', async () => {
    const { app, collection } = serve();
    const { run, started, finish } = work();
    const { id } = collection.jobs.start('index', run);
    const control = await started;
    control.progress(1, 3);
    const response = await app.request(`/jobs/${id}/events`);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const events = eventsOf(response);
    expect(await events.next()).toMatchObject({ event: 'progress', data: { id, done: 1, total: 3 } });
    control.outcome({ type: 'unchanged', root: 'photos', image: 'line\nbreak.jpg' });
    expect(await events.next()).toEqual({
      event: 'outcome',
      data: { type: 'unchanged', root: 'photos', image: 'line\nbreak.jpg' },
    });
    control.progress(3, 3);
    expect(await events.next()).toMatchObject({ event: 'progress', data: { done: 3 } });
    finish({ indexed: 3 });
    expect(await events.next()).toMatchObject({ event: 'end', data: { state: 'done', result: { indexed: 3 } } });
    expect(await events.next()).toBeUndefined();
  });

  test('are the end only where the job has ended', async () => {
    const { app, collection } = serve();
    const { id } = collection.jobs.start('index', () => Promise.reject(new Error('broken')));
    await collection.jobs.cancel(id);
    const events = eventsOf(await app.request(`/jobs/${id}/events`));
    expect(await events.next()).toMatchObject({ event: 'end', data: { id, result: null } });
    expect(await events.next()).toBeUndefined();
  });

  test('have a comment now and then while nothing happens', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const { app, collection } = serve();
      const { run, finish } = work();
      const { id } = collection.jobs.start('index', run);
      const reader = (await app.request(`/jobs/${id}/events`)).body!.pipeThrough(new TextDecoderStream()).getReader();
      expect((await reader.read()).value).toMatch(/^event: progress/);
      const next = reader.read();
      await vi.advanceTimersByTimeAsync(15_000);
      expect((await next).value).toBe(': still running\n\n');
      finish({});
      expect((await reader.read()).value).toMatch(/^event: end/);
    } finally {
      vi.useRealTimers();
    }
  });

  test('may be left before the job ends', async () => {
    const { app, collection } = serve();
    const { run, started, finish } = work();
    const { id } = collection.jobs.start('index', run);
    const events = eventsOf(await app.request(`/jobs/${id}/events`));
    await events.next();
    await events.cancel();
    (await started).progress(1, 1);
    finish({});
    expect(await collection.jobs.cancel(id)).toMatchObject({ state: 'cancelled' });
  });
});

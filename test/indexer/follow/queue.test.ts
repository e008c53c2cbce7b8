import { expect, test } from 'vitest';
import { createQueue } from '../../../indexer/follow/queue.ts';

/** Tasks that end when they are told to, and the order in which they began. */
function tasks() {
  const began: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    began,
    make: (name: string) => () => {
      began.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    },
    end: (name: string) => ends.get(name)!(),
  };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('no more tasks run than there are places, and urgent ones go first', async () => {
  const queue = createQueue(2);
  const t = tasks();
  const all = ['a', 'b', 'c', 'd'].map((name) => queue.run(name, t.make(name)));
  all.push(queue.run('now', t.make('now'), { urgent: true }));
  await turn();
  expect(t.began).toEqual(['a', 'b']);
  t.end('a');
  await turn();
  expect(t.began).toEqual(['a', 'b', 'now']);
  for (const name of ['b', 'now', 'c', 'd']) {
    t.end(name);
    await turn();
  }
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd', 'now']);
});

test('two tasks of one key never run at once, also after one has failed', async () => {
  const queue = createQueue(5);
  const t = tasks();
  const failing = queue.run('a', () => Promise.reject(new Error('no')));
  const first = queue.run('a', t.make('first'));
  const second = queue.run('a', t.make('second'));
  await expect(failing).rejects.toThrow('no');
  await turn();
  expect(t.began).toEqual(['first']);
  const idle = queue.idle('a').then(() => t.began.push('idle'));
  t.end('first');
  await turn();
  expect(t.began).toEqual(['first', 'second']);
  t.end('second');
  await Promise.all([first, second, idle]);
  expect(t.began).toEqual(['first', 'second', 'idle']);
});

test('a task whose signal aborts while it waits does not run, and its place goes on', async () => {
  const queue = createQueue(1);
  const t = tasks();
  const abort = new AbortController();
  const first = queue.run('a', t.make('a'));
  const waiting = queue.run('b', t.make('b'), { signal: abort.signal });
  const last = queue.run('c', t.make('c'));
  await turn();
  abort.abort(new Error('enough'));
  t.end('a');
  await expect(waiting).rejects.toThrow('enough');
  await turn();
  t.end('c');
  await Promise.all([first, last]);
  expect(t.began).toEqual(['a', 'c']);
});

test('the rate is over the last ten seconds', () => {
  let now = 0;
  const queue = createQueue(1, () => now);
  queue.seen(100);
  for (; now < 20_000; now += 500) if (now > 15_000) queue.done();
  expect(queue.progress()).toMatchObject({ pending: 91, rate: 2 });
  expect(queue.progress().secondsLeft).toBe(Math.ceil(91 / queue.progress().rate!));
  now = 60_000;
  expect(queue.progress()).toEqual({ pending: 91, rate: null, secondsLeft: null });
  queue.dropped(91);
  expect(queue.progress()).toEqual({ pending: 0, rate: null, secondsLeft: 0 });
});

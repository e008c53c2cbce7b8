import { expect, test } from 'vitest';
import { createJobs } from '../../src/jobs.ts';
import type { JobEvent, Outcome } from '../../src/types.ts';

const removed = (image: string): Outcome => ({ type: 'removed', root: 'photos', image, id: 1 });

async function outcomesOf(events: AsyncIterable<JobEvent>): Promise<Outcome[]> {
  const seen: Outcome[] = [];
  for await (const event of events) if (event.type === 'outcome') seen.push(event.outcome);
  return seen;
}

test('outcomes from before somebody listens are told to the first who does', async () => {
  const jobs = createJobs();
  const { id } = jobs.start('index', async (control) => {
    control.outcome(removed('a.jpg'));
    control.outcome(removed('b.jpg'));
  });
  await new Promise(setImmediate);
  expect(jobs.get(id).state).toBe('done');
  expect(await outcomesOf(jobs.events(id))).toEqual([removed('a.jpg'), removed('b.jpg')]);
  expect(await outcomesOf(jobs.events(id))).toEqual([]);
});

test('outcomes from before and after come once each, in their order', async () => {
  const jobs = createJobs();
  let goOn = (): void => {};
  const { id } = jobs.start('index', async (control) => {
    control.outcome(removed('a.jpg'));
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    control.outcome(removed('b.jpg'));
  });
  await new Promise(setImmediate);
  const events = jobs.events(id);
  goOn();
  expect(await outcomesOf(events)).toEqual([removed('a.jpg'), removed('b.jpg')]);
});

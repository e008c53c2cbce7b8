import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createChannel } from '../../../indexer/follow/channel.ts';
import { type OpenNative, watchFolder } from '../../../indexer/follow/events.ts';
import { createRules } from '../../../indexer/follow/ignore.ts';
import { poll } from '../../../indexer/follow/poll.ts';
import type { FileEvent } from '../../../src/types.ts';
import { emptyFolder, putFile, until } from './folders.ts';

type Options = Partial<Parameters<typeof watchFolder>[2]>;

async function listen(folder: string, o: Options = {}): Promise<{ events: FileEvent[]; warnings: string[] }> {
  const events: FileEvent[] = [];
  const warnings: string[] = [];
  const watched = watchFolder(folder, createRules(folder), {
    mode: 'native',
    pollPause: 50,
    log: (message) => void warnings.push(message),
    ...o,
  });
  const reading = (async () => {
    for await (const event of watched) events.push(event);
  })();
  onTestFinished(async () => {
    await watched.close();
    await reading;
  });
  await watched.ready;
  return { events, warnings };
}

const has = (events: FileEvent[], type: string, path: string) =>
  events.some((event) => event.type === type && 'path' in event && event.path === path);

test.each(['native', 'poll'] as const)(
  'pictures are reported, other files and hidden ones are not (%s)',
  async (mode) => {
    const folder = await emptyFolder();
    await putFile(folder, 'old.jpg', 'x');
    const { events } = await listen(folder, { mode });
    for (const name of ['a.txt', '.b.jpg', '.c/d.jpg', 'node_modules/e.jpg']) await putFile(folder, name, 'x');
    await putFile(folder, 'new.jpg', 'x');
    await until(() => has(events, 'changed', 'new.jpg'));
    await putFile(folder, 'old.jpg', 'longer');
    await until(() => has(events, 'changed', 'old.jpg'));
    await rm(join(folder, 'new.jpg'));
    await until(() => has(events, 'gone', 'new.jpg'));
    const paths = events.map((event) => ('path' in event ? event.path : ''));
    expect(new Set(paths)).toEqual(new Set(['new.jpg', 'old.jpg']));
  },
);

test('polling says nothing about a root that cannot be read', async () => {
  const folder = await emptyFolder();
  await putFile(folder, 'a.jpg', 'x');
  const events: FileEvent[] = [];
  const ending = new AbortController();
  let walks = 0;
  const polling = poll(folder, createRules(folder), {
    push: (event) => void events.push(event),
    onReady: () => walks++,
    signal: ending.signal,
    pause: 20,
  });
  await until(() => walks > 0);
  await rm(folder, { recursive: true });
  const before = walks;
  await until(() => walks > before + 2);
  expect(events).toEqual([]);
  await putFile(folder, 'b.jpg', 'x');
  await until(() => has(events, 'changed', 'b.jpg') && has(events, 'gone', 'a.jpg'));
  ending.abort();
  await polling;
});

test('where the system refuses watches, polling takes over, and it is said what to raise', async () => {
  const folder = await emptyFolder();
  let closed = false;
  const openNative: OpenNative = (_root, _rules, on) => {
    setImmediate(() => on.error(Object.assign(new Error('no space left'), { code: 'ENOSPC' })));
    return {
      async close() {
        closed = true;
      },
    };
  };
  const { events, warnings } = await listen(folder, { openNative });
  expect(events[0]).toEqual({ type: 'uncertain', why: 'no space left' });
  expect(warnings).toEqual([expect.stringContaining('fs.inotify.max_user_watches')]);
  expect(closed).toBe(true);
  await putFile(folder, 'a.jpg', 'x');
  await until(() => has(events, 'changed', 'a.jpg'));
});

test('another error of the watcher makes things uncertain', async () => {
  const folder = await emptyFolder();
  const openNative: OpenNative = (_root, _rules, on) => {
    on.ready();
    setImmediate(() => on.error(new Error('events were lost')));
    return { close: async () => {} };
  };
  const { events } = await listen(folder, { openNative });
  await until(() => events.length > 0);
  expect(events).toEqual([{ type: 'uncertain', why: 'events were lost' }]);
});

test('a channel gives what was pushed before and after somebody listened, then its end', async () => {
  const channel = createChannel<number>();
  channel.push(1);
  const got: number[] = [];
  const reading = (async () => {
    for await (const value of channel) got.push(value);
  })();
  await until(() => got.length === 1);
  channel.push(2);
  channel.push(3);
  channel.end();
  channel.push(4);
  await reading;
  expect(got).toEqual([1, 2, 3]);
});

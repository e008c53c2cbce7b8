import { expect, test } from 'vitest';
import { createIo } from '../../indexer/io.ts';
import { createProgress, duration } from '../../indexer/progress.ts';

function streams(isTTY: boolean) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const io = (o: { quiet?: boolean } = {}) =>
    createIo(
      { stdout: stream('stdout'), stderr: { ...stream('stderr'), isTTY, columns: 100 } },
      { json: false, quiet: o.quiet ?? false },
    );
  return { written, io };
}

/** Empties a terminal's line. */
const emptied = '\x1b[2K';

const state = (done: number) => ({ done, total: 40, rate: 2.5, secondsLeft: (40 - done) / 2.5 });

test('a terminal gets a bar with count, rate and time left', () => {
  const { written, io } = streams(true);
  const progress = createProgress(io());
  progress.update(state(10));
  expect(written.stderr).toContain('10/40  2.5/s, 12 s left');
  progress.stop();
  expect(written.stdout).toBe('');
});

test('what else there is to say of it takes the place of the rate, in a line of 80 characters', () => {
  const about = 'loss .123, accuracy .951 (held out .912)';
  const terminal = streams(true);
  const progress = createProgress(terminal.io(), { unit: 'steps', width: 12 });
  progress.update({ done: 120, total: 4500, rate: 400, secondsLeft: 11, about });
  const line = `${'-'.repeat(12)} 120/4500 steps  11 s left, ${about}`;
  expect(terminal.written.stderr).toContain(line);
  expect(line.length).toBeLessThanOrEqual(80);
  progress.stop();
  const plain = streams(false);
  let now = 0;
  const lines = createProgress(plain.io(), { clock: () => now, unit: 'steps' });
  now = 6000;
  lines.update({ done: 120, total: 4500, rate: null, secondsLeft: null, about });
  expect(plain.written.stderr).toBe(`120 of 4500 steps  ${about}\n`);
});

test('nothing is drawn while the total is not known', () => {
  const { written, io } = streams(true);
  const progress = createProgress(io());
  progress.update({ done: 3, total: null, rate: null, secondsLeft: null });
  progress.stop();
  expect(written.stderr).toBe('');
});

test('a line between takes the bar away first, and the bar comes back below it', () => {
  const { written, io } = streams(true);
  const progress = createProgress(io());
  progress.update(state(10));
  progress.interrupt('failed: a.jpg');
  const before = written.stderr;
  // The last that was written before the line put the cursor back and emptied the line.
  expect(before.endsWith(`${emptied}failed: a.jpg\n`)).toBe(true);
  progress.update(state(11));
  expect(written.stderr.slice(before.length)).toContain('11/40');
  progress.stop();
  expect(written.stderr.endsWith(emptied)).toBe(true);
});

test('anything else gets a line every five seconds', () => {
  const { written, io } = streams(false);
  let now = 0;
  const progress = createProgress(io(), { clock: () => now });
  for (now = 1000; now <= 12_000; now += 1000) progress.update(state(now / 1000));
  progress.stop();
  expect(written.stderr).toBe('5 of 40  2.5/s, 14 s left\n10 of 40  2.5/s, 12 s left\n');
});

test.each([true, false])('--quiet shows none (terminal: %s)', (isTTY) => {
  const { written, io } = streams(isTTY);
  let now = 0;
  const progress = createProgress(io({ quiet: true }), { clock: () => now });
  now = 60_000;
  progress.update(state(10));
  progress.interrupt('failed: a.jpg');
  progress.stop();
  expect(written).toEqual({ stdout: '', stderr: '' });
});

test.each([
  [0.2, '1 s'],
  [90, '1 min 30 s'],
  [7260, '2 h 1 min'],
])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { forkable } from '../../../src/files.ts';
import { type Tuned, type TuneOptions, type TuneProgress, tuneNetwork } from '../../../src/tuning/index.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { until } from '../../support/until.ts';
import { brief, killAt, tinyTask } from './tiny.ts';

const everyStep = { everySteps: 1 };

/** A process is gone when no signal reaches it. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

const weightsOf = ({ network }: Tuned): Buffer => readFileSync(join(network, 'weights.safetensors'));

test.each<[string, TuneOptions]>([
  [
    'with dropout, variations and statistics of batches',
    {
      ...{ ...brief, arch: 'mlp', hidden: 6, batchNorm: 'batch', fineTune: 'last:6', patience: 0 },
      augment: { flip: 'horizontal', brightness: 0.1 },
    },
  ],
  [
    'where it stops early',
    { ...brief, tuneEpochs: 30, patience: 2, evalEvery: 3, optimizer: 'momentum', tuneLr: 0.05 },
  ],
])(
  'a run that is killed again and again ends with the very numbers of one that was not: %s',
  async (_title, options) => {
    const data = temporaryFolder();
    const task = await tinyTask(data, { options, checkpoint: everyStep });
    const whole = await tuneNetwork(task);
    const killed = { ...task, name: 'killed' };

    let atPictures = 0;
    await tuneNetwork(killed, {
      onStart: (pid) => {
        atPictures = pid;
      },
      onWork: ({ done }) => void (done >= 16 && process.kill(atPictures, 'SIGKILL')),
    }).catch((error) => expect(error.hint).toMatch('the same again goes on where it was'));
    const first: number[] = [];
    for (const nth of [2, 3, 1]) {
      const seen: TuneProgress[] = [];
      await killAt(nth, killed, { onProgress: (one) => void seen.push(one) });
      first.push(seen[0]!.done);
    }
    // Each began after what the one before it had done.
    expect(first).toEqual([...new Set(first)].sort((a, b) => a - b));
    const resumed = await tuneNetwork(killed);
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
    expect(resumed.space).toBe(whole.space);
    expect(resumed.bytes).toEqual(whole.bytes);
    expect(resumed.report).toEqual(whole.report);
    expect(resumed.comparison).toEqual(whole.comparison);
    expect(readFileSync(join(resumed.run, 'log.jsonl'))).toEqual(readFileSync(join(whole.run, 'log.jsonl')));
  },
);

test('the newest five checkpoints are kept, and the best', async () => {
  const data = temporaryFolder();
  const options = { ...brief, tuneEpochs: 6, patience: 100 };
  const { run, head } = await tuneNetwork(await tinyTask(data, { options, checkpoint: everyStep }));
  const kept = readdirSync(join(run, 'checkpoints')).map((name) => Number.parseInt(name, 10));
  const best = head.evaluation.history[head.evaluation.best]!.step;
  expect(new Set(kept)).toEqual(new Set([36, 37, 38, 39, 40, best]));
});

test('a run that is cancelled goes on where it was', async () => {
  const data = temporaryFolder();
  const task = await tinyTask(data, { checkpoint: everyStep });
  const abort = new AbortController();
  let process = 0;
  const cancelled = tuneNetwork(task, {
    signal: abort.signal,
    onStart: (pid) => {
      process = pid;
    },
    onProgress: ({ phase }) => void (phase === 'tune' && abort.abort()),
  });
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  expect(isGone(process)).toBe(true);
  const seen: TuneProgress[] = [];
  await tuneNetwork(task, { onProgress: (one) => void seen.push(one) });
  expect(seen.map(({ phase }) => phase)).not.toContain('head');
  await expect(tuneNetwork(task, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
});

test('a run ends with the process that began it, however that died', async () => {
  const { path, execArgv } = forkable(new URL('./parent', import.meta.url));
  const parent = fork(path, [temporaryFolder()], { execArgv });
  const [child] = (await once(parent, 'message')) as [number];
  parent.kill('SIGKILL');
  await until('the tuning process is gone', () => isGone(child));
});

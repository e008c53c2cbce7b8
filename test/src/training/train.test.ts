import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { forkable } from '../../../src/files.ts';
import { decodeHead } from '../../../src/head/encode.ts';
import type { HeadOptions } from '../../../src/head/options.ts';
import { predict } from '../../../src/head/predict.ts';
import type { TrainingProgress } from '../../../src/training/phases.ts';
import { type TrainOptions, trainHead } from '../../../src/training/train.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { installed } from '../../support/tfjs.ts';
import { until } from '../../support/until.ts';
import { blobs } from '../head/blobs.ts';

const wasm = { backend: 'wasm' } as const;
const flowers = blobs({ daisy: 40, rose: 40, tulip: 40 }, { dim: 32, spread: 0.5 });
/** So long that nobody waits for its end. */
const endless: HeadOptions = { epochs: 10_000, patience: 0, folds: 0 };

/** Runs a training, and does something at its nth progress. */
function trainUntil(nth: number, options: HeadOptions, o: TrainOptions, then: (pid: number) => void) {
  let pid = 0;
  let seen = 0;
  return trainHead(flowers, options, {
    ...wasm,
    ...o,
    onStart: (started) => {
      pid = started;
    },
    onProgress: (progress) => {
      o.onProgress?.(progress);
      if (++seen === nth) then(pid);
    },
  });
}

/** A process is gone when no signal reaches it. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

test('a head comes out of a process of its own, with its bytes, and says what it was trained on', async () => {
  const seen: TrainingProgress[] = [];
  const { head, bytes, report, device } = await trainHead(
    flowers,
    { folds: 2, epochs: 5 },
    {
      ...wasm,
      onProgress: (progress) => void seen.push(progress),
    },
  );
  expect(decodeHead(bytes)).toEqual(head);
  expect(head.evaluation.validation?.accuracy).toBeGreaterThan(0.9);
  expect(head.evaluation.runtime).toBe(device.runtime);
  expect(device.runtime).toMatch(/^TensorFlow\.js 4\.\d+\.\d+ \(wasm\)$/);
  expect(report.scores.p).toBeInstanceOf(Float32Array);
  expect(report.judged).toHaveLength(120);
  expect(seen.map(({ phase }) => phase)).toEqual([
    ...Array(5).fill('fit'),
    ...Array(10).fill('cross-validation'),
    ...Array(5).fill('refit'),
  ]);
  const right = predict(head, flowers.vectors).filter(
    ({ scores }, i) => scores[0]!.label === flowers.pictures[i]!.label,
  );
  expect(right.length).toBeGreaterThan(110);
});

test('the same seed gives the same bytes again', async () => {
  const options: HeadOptions = { folds: 0, epochs: 3, arch: 'mlp', hidden: 8, seed: 7 };
  const [one, two] = await Promise.all([1, 2].map(() => trainHead(flowers, options, wasm)));
  expect(one!.bytes).toEqual(two!.bytes);
});

describe('a training can be ended', () => {
  test('by its signal: it rejects, and its process is gone', async () => {
    const abort = new AbortController();
    let process = 0;
    const training = trainUntil(2, endless, { signal: abort.signal }, (pid) => {
      process = pid;
      abort.abort();
    });
    await expect(training).rejects.toMatchObject({ code: 'cancelled', message: 'the training was cancelled' });
    expect(isGone(process)).toBe(true);
  });

  test('before it begins', async () => {
    const training = trainHead(flowers, {}, { signal: AbortSignal.abort() });
    await expect(training).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('by whoever kills its process: it says how', async () => {
    const training = trainUntil(1, endless, {}, (pid) => process.kill(pid, 'SIGKILL'));
    await expect(training).rejects.toMatchObject({
      code: 'internal',
      message: 'the training process must send a head; it ended before that (SIGKILL)',
    });
  });
});

test('a training ends with the process that began it, however that died', async () => {
  const { path, execArgv } = forkable(new URL('./parent', import.meta.url));
  const parent = fork(path, [], { execArgv });
  const [child] = (await once(parent, 'message')) as [number];
  parent.kill('SIGKILL');
  await until('the training process is gone', () => isGone(child));
});

describe('with a checkpoint', () => {
  const options: HeadOptions = { folds: 2, epochs: 30, patience: 0, arch: 'mlp', hidden: 8 };

  test('a training that is killed again and again gives the very head of one that was not', async () => {
    const folder = temporaryFolder();
    const checkpoint = { path: join(folder, 'training'), everyMs: 0 };
    const first: number[] = [];
    for (const nth of [2, 5, 6]) {
      const seen: number[] = [];
      const onProgress = ({ done }: TrainingProgress): void => void seen.push(done);
      const killed = trainUntil(nth, options, { checkpoint, onProgress }, (pid) => process.kill(pid, 'SIGKILL'));
      await expect(killed).rejects.toMatchObject({ hint: 'training again goes on where this one was' });
      first.push(seen[0]!);
    }
    // Each began after what the one before it had done.
    expect(first).toEqual([...new Set(first)].sort((a, b) => a - b));
    expect(existsSync(checkpoint.path)).toBe(true);
    const whole = await trainHead(flowers, options, wasm);
    const resumed = await trainHead(flowers, options, { ...wasm, checkpoint });
    expect(resumed.bytes).toEqual(whole.bytes);
    expect(resumed.report).toEqual(whole.report);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that cannot be written a training ends with an error', async () => {
    const path = join(temporaryFolder(), 'missing', 'training');
    const training = trainHead(flowers, options, { ...wasm, checkpoint: { path, everyMs: 0 } });
    await expect(training).rejects.toMatchObject({
      code: 'data_unwritable',
      message: 'the checkpoint of a training must be writable; got ENOENT',
    });
  });

  test('of another training it begins anew, and keeps its own', async () => {
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    const checkpoint = { path: join(folder, 'training'), everyMs: 0 };
    const kill = (pid: number): void => void process.kill(pid, 'SIGKILL');
    await trainUntil(3, options, { checkpoint }, kill).catch(() => {});
    const before = readFileSync(checkpoint.path);
    const seen: number[] = [];
    const other = { ...options, seed: 5 };
    const onProgress = ({ done }: TrainingProgress): void => void seen.push(done);
    await trainUntil(1, other, { checkpoint, onProgress }, kill).catch(() => {});
    expect(seen[0]).toBe(3);
    expect(readFileSync(checkpoint.path)).not.toEqual(before);
  });
});

describe('what is wrong is told as it is', () => {
  test('with the data', async () => {
    await expect(trainHead(blobs({ only: 5 }), {}, wasm)).rejects.toMatchObject({
      code: 'training_data_invalid',
      message: 'a head tells labels apart, so it needs at least two; got only "only"',
      hint: 'label some pictures that are something else',
    });
  });

  test('with an option', async () => {
    await expect(trainHead(flowers, { epochs: 0 }, wasm)).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'epochs must be a whole number, 1 to 10000; got 0',
    });
  });

  const gpu = installed('node-gpu');
  test.skipIf(gpu.there)('with the machine: a TensorFlow.js that is not installed, and what to install', async () => {
    await expect(trainHead(flowers, {}, { backend: 'node-gpu' })).rejects.toMatchObject({
      code: 'device_unavailable',
      message: expect.stringMatching('@tensorflow/tfjs-node-gpu is not installed'),
      hint: expect.stringMatching('npm i @tensorflow/tfjs-node'),
    });
  });
});

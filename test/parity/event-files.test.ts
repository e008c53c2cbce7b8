/**
 * Event files as TensorFlow and TensorBoard read them.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { eventFiles } from '../../src/report/tensorboard/events.ts';
import { history } from '../src/report/made-report.ts';
import { temporaryFolder } from '../support/folder.ts';
import { runPython } from './python.ts';

const python = process.env.PIXKIN_PARITY_PYTHON ?? 'python3';
const why =
  spawnSync(python, ['-c', 'import tensorboard, tensorflow']).status === 0
    ? ''
    : ` (skipped: ${python} has no tensorboard and tensorflow)`;

// TensorFlow takes its time to start where others work too.
const patience = { timeout: 180_000 };

test.skipIf(why !== '')(`TensorBoard reads both curves of a fit${why}`, patience, async () => {
  const folder = temporaryFolder();
  const at = 1.75e12 + 250;
  for (const { path, bytes } of eventFiles(history, at)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  const { files, runs } = JSON.parse(await runPython('event_files.py', [folder])) as {
    files: Record<string, { wall_time: number; step: number; file_version: string; values: Record<string, number> }[]>;
    runs: Record<string, Record<string, [step: number, value: number][]>>;
  };

  const [train, validation] = Object.values(files);
  expect(Object.keys(files).map((path) => dirname(path))).toEqual(['train', 'validation']);
  for (const events of [train!, validation!]) {
    expect(events[0]).toEqual({ wall_time: at / 1000, step: 0, file_version: 'brain.Event:2', values: {} });
    expect(events.slice(1).map(({ step }) => step)).toEqual(history.map(({ step }) => step));
  }
  const single = (value: number | null): number => Math.fround(value!);
  expect(train!.slice(1).map(({ values }) => values)).toEqual(
    history.map(({ loss, accuracy, lr }) => ({
      epoch_loss: single(loss),
      epoch_accuracy: single(accuracy),
      epoch_learning_rate: single(lr),
    })),
  );
  expect(runs).toEqual({
    train: {
      epoch_loss: history.map(({ step, loss }) => [step, single(loss)]),
      epoch_accuracy: history.map(({ step, accuracy }) => [step, single(accuracy)]),
      epoch_learning_rate: history.map(({ step, lr }) => [step, single(lr)]),
    },
    validation: {
      epoch_loss: history.map(({ step, valLoss }) => [step, single(valLoss)]),
      epoch_accuracy: history.map(({ step, valAccuracy }) => [step, single(valAccuracy)]),
    },
  });
});

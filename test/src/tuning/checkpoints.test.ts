import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FitRecord } from '../../../src/head/head.ts';
import { openCheckpoints, type RunState } from '../../../src/tuning/checkpoints.ts';
import { temporaryFolder } from '../../support/folder.ts';

const record: FitRecord = { epoch: 1, step: 1, loss: 1, accuracy: 0, valLoss: 1, valAccuracy: 0, lr: 1 };

function stateAt(step: number, best: number | null = null): RunState {
  return {
    phase: 'tune',
    earlier: { steps: 100, epochs: 2 },
    step,
    parameters: [Float32Array.of(step, -step)],
    statistics: [],
    slots: [Float32Array.of(0, 1)],
    history: [record],
    since: { loss: 0.5, right: 1, pictures: 2 },
    best: best === null ? null : { record: 0, number: 100 + best },
  };
}

test('the newest five are kept, and the best', async () => {
  const folder = join(temporaryFolder(), 'checkpoints');
  const checkpoints = openCheckpoints(folder, 'key');
  for (let step = 1; step <= 9; step++) await checkpoints.save(stateAt(step, step < 2 ? null : 2));
  expect(readdirSync(folder).sort()).toEqual(
    [102, 105, 106, 107, 108, 109].map((number) => `000000${number}.checkpoint`),
  );
  expect(await checkpoints.newest()).toEqual(stateAt(9, 2));
  expect(await checkpoints.load(102)).toEqual(stateAt(2, 2));
  await checkpoints.save(stateAt(10, 10));
  expect(readdirSync(folder)).toHaveLength(5);
});

test('a damaged one is passed over for the one before it, and so is one of another run', async () => {
  const folder = temporaryFolder();
  const checkpoints = openCheckpoints(folder, 'key');
  for (const step of [1, 2, 3]) await checkpoints.save(stateAt(step));
  const path = join(folder, '000000103.checkpoint');
  const bytes = readFileSync(path);
  bytes[bytes.length - 9]! ^= 1;
  writeFileSync(path, bytes);
  writeFileSync(join(folder, '000000102.checkpoint'), bytes.subarray(0, 20));
  expect(await checkpoints.newest()).toEqual(stateAt(1));
  await openCheckpoints(folder, 'other').save(stateAt(4));
  expect(await checkpoints.newest()).toEqual(stateAt(1));
});

test('a state whose best weights are gone is passed over', async () => {
  const checkpoints = openCheckpoints(temporaryFolder(), 'key');
  await checkpoints.save(stateAt(1));
  await checkpoints.save(stateAt(3, 2));
  expect(await checkpoints.newest()).toEqual(stateAt(1));
});

test('where there is none there is none', async () => {
  expect(await openCheckpoints(join(temporaryFolder(), 'missing'), 'key').newest()).toBeNull();
});

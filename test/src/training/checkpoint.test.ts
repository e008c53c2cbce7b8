import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCheckpoint, saveCheckpoint } from '../../../src/training/checkpoint.ts';
import type { Saved } from '../../../src/training/phases.ts';
import { temporaryFolder } from '../../support/folder.ts';

const key = { data: 'a', options: '{"seed":1}', runtime: 'TensorFlow.js 4.22.0 (wasm)' };
const saved: Saved = {
  main: null,
  folds: [{ width: 2, top: Uint32Array.of(1, 0), p: Float32Array.of(0.75, 0.25), loss: Float32Array.of(0.5) }],
  current: {
    stream: 2,
    state: {
      parameters: [Float32Array.of(1, 2), Float32Array.of(3)],
      slots: [Float32Array.of(4, 5), Float32Array.of(6)],
      step: 7,
      history: [{ epoch: 1, step: 7, loss: 1, accuracy: 1, valLoss: null, valAccuracy: null, lr: 0.1 }],
      best: null,
    },
  },
};

test('what was saved last comes back, with arrays that can be worked on', async () => {
  const path = join(temporaryFolder(), 'training');
  await saveCheckpoint(path, key, { ...saved, current: null });
  await saveCheckpoint(path, key, saved);
  const found = await loadCheckpoint(path, key);
  expect(found).toEqual(saved);
  found!.current!.state.parameters[0]![0] = 9;
  expect(found!.current!.state.parameters[1]).toEqual(Float32Array.of(3));
});

test('there is none where there is no file, nor for other data, options or another runtime', async () => {
  const path = join(temporaryFolder(), 'training');
  expect(await loadCheckpoint(path, key)).toBe(null);
  await saveCheckpoint(path, key, saved);
  for (const part of ['data', 'options', 'runtime'] as const) {
    expect(await loadCheckpoint(path, { ...key, [part]: 'other' })).toBe(null);
  }
});

test('a damaged one is none, wherever it is damaged', async () => {
  const path = join(temporaryFolder(), 'training');
  await saveCheckpoint(path, key, saved);
  const whole = readFileSync(path);
  for (let i = 0; i < whole.length; i += 11) {
    const damaged = Buffer.from(whole);
    damaged[i]! ^= 1;
    writeFileSync(path, damaged);
    expect(await loadCheckpoint(path, key)).toBe(null);
  }
  for (const length of [0, 31, 32, whole.length - 1]) {
    writeFileSync(path, whole.subarray(0, length));
    expect(await loadCheckpoint(path, key)).toBe(null);
  }
});

import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type TrainOptions, trainHead } from '../../../src/training/train.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { openZoo, predicted, train, trainingJob } from './zoo.ts';

test('the training process gives a head that is in use', async () => {
  const folder = join(temporaryFolder(), 'training');
  const e = await openZoo({ heads: { folder } });
  const head = await train(e, { epochs: 60 });
  expect(head).toMatchObject({ inUse: true, labels: ['lion', 'tiger'], accuracy: 1 });
  expect(e.collection.heads.get(head.id).evaluation.runtime).toMatch(/tfjs|TensorFlow/);
  expect(predicted(e, 'tiger 0')).toEqual(['tiger']);
  expect(readdirSync(folder)).toEqual([]);
});

test('the same request goes on where a killed one was, with the same head in the end; another one begins anew', async () => {
  const folder = join(temporaryFolder(), 'training');
  const stale = join(folder, 'stale.checkpoint');
  const records: number[] = [];
  let kill: number | null = 40;
  let pid = 0;
  const e = await openZoo({
    heads: {
      folder,
      train: (data, options, o: TrainOptions = {}) =>
        trainHead(data, options, {
          ...o,
          backend: 'wasm',
          checkpoint: { ...o.checkpoint!, everyMs: 0 },
          onStart: (started) => {
            pid = started;
          },
          onProgress: (step) => {
            records.push(step.step);
            o.onProgress?.(step);
            if (step.step === kill) process.kill(pid, 'SIGKILL');
          },
        }),
    },
  });
  const options = { epochs: 60, patience: 0, folds: 0 } as const;
  expect(await trainingJob(e, options)).toMatchObject({ state: 'failed', error: { code: 'internal' } });
  expect(readdirSync(folder).filter((file) => file.endsWith('.checkpoint'))).toHaveLength(1);
  writeFileSync(stale, '');
  const killedAt = records.at(-1)!;
  kill = null;
  records.length = 0;
  const resumed = await train(e, options);
  expect(records[0]).toBeGreaterThan(1);
  expect(records[0]).toBeLessThanOrEqual(killedAt + 1);
  expect(existsSync(stale)).toBe(false);
  records.length = 0;
  const whole = await train(e, options);
  expect(records[0]).toBe(1);
  expect(e.catalog.heads.bytes(whole.id)).toEqual(e.catalog.heads.bytes(resumed.id));
});

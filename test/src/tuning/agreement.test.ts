import { expect, test } from 'vitest';
import { tuneNetwork } from '../../../src/tuning/index.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { installed } from '../../support/tfjs.ts';
import { brief, tinyTask } from './tiny.ts';

const node = installed('node');

test.skipIf(!node.there).each([
  ['the last block', { fineTune: 'last:4' }],
  ['all layers, with the statistics of batches', { fineTune: 'all', batchNorm: 'batch' }],
] as const)(`%s tuned on wasm and with tfjs-node: the same losses${node.why}`, async (_title, how) => {
  const task = await tinyTask(temporaryFolder(), { options: { ...brief, ...how, dropout: 0.1 } });
  const wasm = await tuneNetwork({ ...task, name: 'wasm' });
  const native = await tuneNetwork({ ...task, name: 'node', backend: 'node' });
  expect(native.device.runtime).toMatch('tfjs-node');
  const [ours, theirs] = [wasm, native].map(({ head }) => head.evaluation.history);
  expect(ours).toHaveLength(7);
  for (const [i, { loss, valLoss }] of ours!.entries()) {
    expect(loss).toBeCloseTo(theirs![i]!.loss, 3);
    expect(valLoss).toBeCloseTo(theirs![i]!.valLoss!, 3);
  }
});

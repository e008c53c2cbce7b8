import { describe, expect, it } from 'vitest';
import { loadTfjs } from '../../../src/runtime/tfjs-load.ts';
import { tfjsSessionContract } from '../../contracts/tfjs-session.ts';
import { installed, quietTensorFlow } from '../../support/tfjs.ts';

quietTensorFlow();
const { there, why } = installed('node-gpu');

describe.skipIf(!there)(`TensorFlow.js' backend node-gpu${why}`, () => {
  tfjsSessionContract('node-gpu');

  it('says whether it runs on a GPU', async () => {
    const { device } = await loadTfjs('node-gpu');
    expect(device.runtime).toMatch(/^@tensorflow\/tfjs-node-gpu 4\.\d+\.\d+ \(TensorFlow 2\.\d+\.\d+\)$/);
    expect([
      { device: 'cuda', why: 'asked for' },
      { device: 'cpu', why: 'asked for; TensorFlow found no GPU' },
    ]).toContainEqual({ device: device.device, why: device.why });
  });
});

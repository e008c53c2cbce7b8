import { expect, test } from 'vitest';
import { resolveTuneOptions, type TuneOptions } from '../../../src/tuning/options.ts';

test('a head first, then the layers at a tenth of its rate, unless something else is asked for', () => {
  expect(resolveTuneOptions({ fineTune: 'last:20' })).toMatchObject({
    ...{
      fineTune: 'last:20',
      fromScratch: false,
      batchNorm: 'inference',
      augment: null,
      size: null,
      weightsFrom: null,
    },
    ...{ epochs: 30, lr: 0.002, patience: 5, folds: 0, batch: 32, seed: 123 },
    ...{ tuneEpochs: 10, tuneSteps: null, tuneLr: 0.0002, tunePatience: 5, tuneEvalEvery: null },
  });
  expect(resolveTuneOptions({ fineTune: 'all', lr: 0.5 }).tuneLr).toBe(0.05);
  const steps = resolveTuneOptions({ fineTune: 'all', tuneSteps: 40 });
  expect(steps).toMatchObject({
    epochs: 30,
    patience: 5,
    tuneEpochs: null,
    tuneSteps: 40,
    tunePatience: 0,
    tuneEvalEvery: 10,
  });
});

test('from scratch there is one phase, with the statistics of the batches', () => {
  expect(resolveTuneOptions({ fromScratch: true, epochs: 7, size: 32 })).toMatchObject({
    ...{ fineTune: null, tuneEpochs: 7, tuneLr: 0.001, lr: 0.001, batchNorm: 'batch', size: { width: 32, height: 32 } },
  });
});

test.each<[TuneOptions, string]>([
  [{}, 'fineTune must be last:N, from:LAYER, scope:PREFIX or all, unless fromScratch is true; got neither'],
  [{ fromScratch: true, fineTune: 'all' }, 'fineTune and fromScratch exclude each other; got both'],
  [{ fromScratch: true, weightsFrom: 'base' }, 'weightsFrom and fromScratch exclude each other; got both'],
  [{ fromScratch: true, tuneLr: 1 }, 'tuneLr and fromScratch exclude each other; got both'],
  [{ fineTune: 'all', tuneEpochs: 0 }, 'tuneEpochs must be a whole number, 1 to 10000; got 0'],
  [{ fineTune: 'all', tuneEpochs: 1, tuneSteps: 1 }, 'tuneEpochs and tuneSteps exclude each other; got both'],
  [{ fineTune: 'all', tuneLr: Number.NaN }, 'tuneLr must be 1e-9 to 100; got NaN'],
  [{ fineTune: 'all', batchNorm: 'frozen' as 'batch' }, 'batchNorm must be inference or batch; got frozen'],
  [{ fineTune: 'all', size: 0 }, 'width of size must be a whole number, 1 to 4096; got 0'],
  [{ fineTune: 'all', epochs: 0 }, 'epochs must be a whole number, 1 to 10000; got 0'],
])('%o is refused', (options, message) => {
  expect(() => resolveTuneOptions(options)).toThrow(expect.objectContaining({ code: 'invalid_request', message }));
});

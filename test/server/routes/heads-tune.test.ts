import { describe, expect, test } from 'vitest';
import { type HeadDetail, PixkinError } from '../../../src/index.ts';
import { errorOf, jsonRequest, openAccess, serve } from '../fake.ts';
import { detail } from '../fake-heads.ts';

const { options } = detail;
const augment = { flip: 'both', rotation: 20, zoom: 0.2, shear: 5, shift: 0.1, brightness: 0, contrast: 0, crop: 1 };
const tuned: HeadDetail = {
  ...detail,
  options: {
    ...options,
    ...{ fineTune: 'last:20', fromScratch: false, tuneEpochs: 10, tuneSteps: null, tuneLr: 2e-4, tuneEvalEvery: null },
    ...{ tunePatience: 5, batchNorm: 'inference', size: { width: 96, height: 64 }, weightsFrom: '/srv/secret/base' },
    augment: { ...augment, flip: 'both' },
  },
  tuning: {
    run: 'flowers',
    comparison: { accuracy: { before: 0.7, after: 0.8 }, precisionAt10: { before: null, after: 0.75 } },
  },
};

describe('POST /heads', () => {
  const numbers = { tune_epochs: 7, tune_lr: 1e-4, size: 96, checkpoint_seconds: 5 };
  const names = { run: 'flowers', backbone: '/srv/nets/mine', pooling: 'max', cut: 'block_6', weights_from: 'other' };
  const kinds = { batch_norm: 'batch', backend: 'node', from_scratch: false, augment };
  const whole = { fine_tune: 'from:block_6', epochs: 3, weight_decay: 0, class_weights: true };

  test('with fine_tune tunes a network, and hands on every option', async () => {
    const { app, headed } = serve();
    const response = await app.request('/heads', jsonRequest({ ...whole, ...numbers, ...names, ...kinds }));
    const { id } = (await response.json()) as { id: string };
    expect([response.status, response.headers.get('location')]).toEqual([202, `/jobs/${id}`]);
    const { weights_from, ...same } = names;
    const [[what, asked] = []] = headed;
    expect(what).toBe('tune');
    expect(asked).toStrictEqual({
      ...{ ...same, weightsFrom: weights_from, size: 96, augment, batchNorm: 'batch', backend: 'node' },
      ...{ fineTune: 'from:block_6', fromScratch: false, epochs: 3, weightDecay: 0, classWeights: true },
      ...{ tuneEpochs: 7, tuneLr: 1e-4, checkpointSeconds: 5 },
    });
  });

  test('with from_scratch trains all of it', async () => {
    const { app, headed } = serve();
    const size = { width: 96, height: 64 };
    await app.request('/heads', jsonRequest({ from_scratch: true, backbone: 'small-cnn', size, checkpoint_steps: 9 }));
    expect(headed).toEqual([['tune', { fromScratch: true, backbone: 'small-cnn', size, checkpointSteps: 9 }]]);
  });

  test('with from_scratch false, and no fine_tune, only trains a head', async () => {
    const { app, headed } = serve();
    await app.request('/heads', jsonRequest({ from_scratch: false }));
    expect(headed).toStrictEqual([['train', {}]]);
  });

  test.each([
    [{ tune_epochs: 3 }, 'tune_epochs goes with fine_tune or from_scratch'],
    [{ backbone: 'x', augment: {}, size: 9 }, 'backbone, augment and size go with fine_tune or from_scratch'],
    [{ fine_tune: 'all', folds: 5 }, 'folds goes without fine_tune and from_scratch'],
    [{ from_scratch: true, space: 'x', use: false }, 'space and use go without fine_tune and from_scratch'],
    [{ fine_tune: 3 }, 'fine_tune must be text; got 3'],
    [{ fine_tune: 'all', pooling: 'sum' }, 'pooling must be none, avg, max or gem; got sum'],
    [{ fine_tune: 'all', backend: 'gpu' }, 'backend must be auto, node-gpu, node, wasm or cpu; got gpu'],
    [{ fine_tune: 'all', batch_norm: 'frozen' }, 'batch_norm must be inference or batch; got frozen'],
    [{ fine_tune: 'all', size: '96' }, 'size must be a number of pixels, or an object of width and height; got 96'],
    [{ fine_tune: 'all', augment: { spin: 1 } }, 'spin is not a parameter of augment here'],
    [{ fine_tune: 'all', augment: { zoom: 'much' } }, 'augment.zoom must be a number; got much'],
    [
      { fine_tune: 'all', augment: 'flip' },
      'augment must be an object of flip, rotation, zoom, shear, shift, brightness, contrast and crop; got flip',
    ],
    [{ fine_tune: 'all', checkpoint_seconds: 0 }, 'checkpoint_seconds must be a number from 1 to 86400; got 0'],
    [
      { fine_tune: 'all', checkpoint_seconds: 9, checkpoint_steps: 9 },
      'checkpoint_seconds and checkpoint_steps exclude each other; got both',
    ],
  ])('refuses %j', async (body, message) => {
    const { app, headed } = serve();
    expect(await errorOf(app.request('/heads', jsonRequest(body)))).toMatchObject({ status: 400, message });
    expect(headed).toEqual([]);
  });

  test('names what the engine refuses as it is named in JSON, at once or in the job', async () => {
    const refuse = () => {
      throw new PixkinError('invalid_request', 'fineTune must be all, unless fromScratch is true', {
        hint: 'tuneEpochs is for the second phase',
      });
    };
    const inJson = { message: 'fine_tune must be all, unless from_scratch is true' };
    const now = serve({ heads: { tune: refuse } }).app;
    expect(await errorOf(now.request('/heads', jsonRequest({ fine_tune: 'x' })))).toMatchObject({
      ...{ status: 400, ...inJson, hint: 'tune_epochs is for the second phase' },
    });
    const { app, collection } = serve();
    const { id } = collection.jobs.start('train', async ({ note }) => {
      note('weightsFrom was not looked at');
      refuse();
    });
    await (await app.request(`/jobs/${id}/events`)).text();
    expect(await (await app.request(`/jobs/${id}`)).json()).toMatchObject({
      ...{ state: 'failed', notes: ['weights_from was not looked at'], error: inJson },
    });
  });
});

describe('a head that was trained with its network', () => {
  const heads = { get: () => tuned };

  test('is told of with what was tuned, and what that changed', async () => {
    const answer = (await (await serve({ heads }).app.request('/heads/3')).json()) as Record<string, unknown>;
    expect(answer.tuning).toEqual({
      run: 'flowers',
      comparison: { accuracy: { before: 0.7, after: 0.8 }, precision_at_10: { before: null, after: 0.75 } },
    });
    expect(answer.options).toMatchObject({
      ...{ lr_decay: 'cosine', fine_tune: 'last:20', from_scratch: false, tune_epochs: 10, tune_steps: null },
      ...{ tune_lr: 2e-4, tune_eval_every: null, tune_patience: 5, batch_norm: 'inference', augment },
      ...{ size: { width: 96, height: 64 }, weights_from: '/srv/secret/base' },
    });
  });

  test('does not tell whoever only reads where on the server its weights were', async () => {
    const access = { ...openAccess, readTokens: ['reader'], required: true };
    const { app } = serve({ heads, access });
    const answer = await app.request('/heads/3', { headers: { authorization: 'Bearer reader' } });
    expect(await answer.text()).not.toContain('secret');
  });
});

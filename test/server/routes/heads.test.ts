import { describe, expect, test } from 'vitest';
import { type HeadReport, type JobControl, PixkinError } from '../../../src/index.ts';
import { errorOf, image, jsonRequest, openAccess, serve } from '../fake.ts';
import { detail, head } from '../fake-heads.ts';

const { inUse: _, ...facts } = head;
const json = { ...facts, in_use: true, at: '2023-11-14T22:13:20.000Z' };
const metrics = {
  ...{ pictures: 4, accuracy: 0.75, top5: 1, macro_f1: 0.7, log_loss: 0.6, calibration_error: 0.1 },
  classes: detail.evaluation.validation!.classes,
  confusion: detail.evaluation.validation!.confusion,
};
const detailJson = {
  ...json,
  temperature: 1.5,
  tuning: null,
  options: {
    ...{ holdout: 0.2, folds: 5, seed: 123, arch: 'linear', hidden: null, dropout: 0, optimizer: 'adam', lr: 0.002 },
    ...{ lr_decay: 'cosine', weight_decay: 0.01, batch: 32, epochs: 30, steps: null, eval_every: null, patience: 5 },
    class_weights: false,
  },
  evaluation: {
    ...{ pictures: head.pictures, validation: metrics, test: null, cross_validation: metrics },
    baseline: { k: 5, pictures: 4, accuracy: 0.5 },
    history: [{ epoch: 1, step: 10, loss: 0.5, accuracy: 0.8, val_loss: 0.7, val_accuracy: 0.75, lr: 0.001 }],
    ...{ best: 0, refitted: true, runtime: 'TensorFlow.js 4.22.0 (wasm)', notes: ['one picture to train on: cub'] },
  },
};

test('GET /heads lists them', async () => {
  expect(await (await serve().app.request('/heads')).json()).toEqual({
    heads: [json, { ...json, id: 1, in_use: false }],
  });
});

describe('POST /heads', () => {
  test('starts a job whose result is the head', async () => {
    const { app, headed } = serve();
    const response = await app.request('/heads', jsonRequest({}));
    const { id, ...job } = (await response.json()) as { id: string };
    expect([response.status, response.headers.get('location')]).toEqual([202, `/jobs/${id}`]);
    expect(job).toMatchObject({ kind: 'train', state: 'running', result: null });
    expect(headed).toEqual([['train', {}]]);
    const events = await (await app.request(`/jobs/${id}/events`)).text();
    expect(events).toMatch(/event: end\n/);
    expect(await (await app.request(`/jobs/${id}`)).json()).toMatchObject({ state: 'done', result: json });
  });

  test('hands on every option', async () => {
    const { app, headed } = serve();
    const numbers = { holdout: 0.1, folds: 0, seed: 7, hidden: 64, dropout: 0.5, lr: 0.01, batch: 16, patience: 3 };
    const names = { arch: 'mlp', optimizer: 'momentum', space: 'big', use: false };
    const body = { ...numbers, ...names, steps: 100, lr_decay: 'fixed', weight_decay: 0, eval_every: 5 };
    expect((await app.request('/heads', jsonRequest({ ...body, class_weights: true }))).status).toBe(202);
    const renamed = { lrDecay: 'fixed', weightDecay: 0, evalEvery: 5, classWeights: true };
    expect(headed).toEqual([['train', { ...numbers, ...names, steps: 100, ...renamed }]]);
  });

  test.each([
    [{ holdout: 'much' }, 'holdout must be a number; got much'],
    [{ arch: 'deep' }, 'arch must be linear or mlp; got deep'],
    [{ optimizer: 'lamb' }, 'optimizer must be adam, sgd, rmsprop or momentum; got lamb'],
    [{ lr_decay: 1 }, 'lr_decay must be fixed, exponential or cosine; got 1'],
    [{ class_weights: 'yes' }, 'class_weights must be true or false; got yes'],
    [{ lrDecay: 'fixed' }, 'lrDecay is not a parameter here'],
    [[], 'the body must be a JSON object'],
  ])('refuses %j', async (body, message) => {
    const { app, headed } = serve();
    expect(await errorOf(app.request('/heads', jsonRequest(body)))).toMatchObject({ status: 400, message });
    expect(headed).toEqual([]);
  });

  test('names what the engine refuses as it is named in JSON', async () => {
    const train = () => {
      throw new PixkinError('invalid_request', 'weightDecay must be 0 to 10, with evalEvery; got -1');
    };
    const answer = serve({ heads: { train } }).app.request('/heads', jsonRequest({ weight_decay: -1 }));
    const message = 'weight_decay must be 0 to 10, with eval_every; got -1';
    expect(await errorOf(answer)).toMatchObject({ status: 400, message });
  });

  test('says why it cannot be trained', async () => {
    const train = () => {
      throw new PixkinError('training_data_invalid', 'there must be at least two labels; got 1', { hint: 'label set' });
    };
    const answer = serve({ heads: { train } }).app.request('/heads', jsonRequest({}));
    expect(await errorOf(answer)).toMatchObject({ status: 422, code: 'training_data_invalid', hint: 'label set' });
  });
});

test('each look of a training at the held-out pictures is an event', async () => {
  const { app, collection } = serve();
  let started: (control: JobControl) => void = () => {};
  const control = new Promise<JobControl>((resolve) => {
    started = resolve;
  });
  const { id } = collection.jobs.start('train', (given) => {
    started(given);
    return new Promise((resolve) => given.signal.addEventListener('abort', () => resolve(null)));
  });
  const look = { epoch: 2, step: 20, loss: 0.5, accuracy: 0.8, valLoss: 0.7, valAccuracy: 0.75, lr: 0.001 };
  const { training } = await control;
  const events = (await app.request(`/jobs/${id}/events`)).text();
  training({ ...look, phase: 'fit', fold: null, epochs: 30, done: 20, total: 700 });
  await collection.jobs.cancel(id);
  const [, data = ''] = /^event: training\ndata: (.*)$/m.exec(await events) ?? [];
  const { valLoss, valAccuracy, ...same } = look;
  const where = { phase: 'fit', fold: null, epochs: 30, done: 20, total: 700 };
  expect(JSON.parse(data)).toEqual({ ...same, val_loss: valLoss, val_accuracy: valAccuracy, ...where });
});

describe('one head', () => {
  test('is told of with its options and its evaluation', async () => {
    expect(await (await serve().app.request('/heads/3')).json()).toEqual(detailJson);
  });

  test('is put to use in place of another', async () => {
    const { app, headed } = serve();
    const response = await app.request('/heads/1', jsonRequest({ in_use: true }, 'PATCH'));
    expect(await response.json()).toEqual({ ...detailJson, id: 1 });
    expect(headed).toEqual([['use', 1]]);
  });

  test('is put out of use, where it is in use', async () => {
    const { app, headed } = serve();
    const without = (id: number) => app.request(`/heads/${id}`, jsonRequest({ in_use: false }, 'PATCH'));
    expect(await (await without(1)).json()).toMatchObject({ id: 1, in_use: false });
    expect(headed).toEqual([]);
    expect(await (await without(3)).json()).toMatchObject({ id: 3, in_use: false });
    expect(headed).toEqual([['use', null]]);
  });

  test('is deleted', async () => {
    const { app, headed } = serve();
    expect(await (await app.request('/heads/3', { method: 'DELETE' })).json()).toEqual(json);
    expect(headed).toEqual([['delete', 3]]);
  });

  test.each([
    ['GET', '/heads/9', 404, 'head must be one of 3,1; got 9'],
    ['DELETE', '/heads/9', 404, 'head must be one of 3,1; got 9'],
    ['GET', '/heads/9/report', 404, 'head must be one of 3,1; got 9'],
    ['GET', '/heads/best', 400, 'id must be a whole number from 1 on; got best'],
    ['GET', '/heads/3/report?limit=1001', 400, 'limit must be a whole number from 0 to 1000; got 1001'],
    ['GET', '/heads?limit=1', 400, 'limit is not a parameter here'],
  ])('%s %s is refused', async (method, path, status, message) => {
    expect(await errorOf(serve().app.request(path, { method }))).toMatchObject({ status, message });
  });

  test.each([[{}], [{ in_use: 1 }], [{ in_use: true, name: 'x' }]])('no change is %j', async (body) => {
    const { app, headed } = serve();
    expect((await app.request('/heads/3', jsonRequest(body, 'PATCH'))).status).toBe(400);
    expect((await app.request('/heads/9', jsonRequest({ in_use: true }, 'PATCH'))).status).toBe(404);
    expect(headed).toEqual([['use', 9]]);
  });
});

test('GET /heads/{id}/report shows images as other answers do', async () => {
  const report: HeadReport = {
    head: detail,
    mistakes: [{ image: image(1), split: 'train', given: 'lion', predicted: 'tiger', p: 0.9 }],
    mistakeCount: 7,
    mislabelled: [{ image: image(2), given: 'lion', suggested: 'tiger', pGiven: 0.01, pSuggested: 0.98 }],
    mislabelledCount: 1,
    nextToLabel: [{ image: image(3), uncertainty: 0.7 }],
  };
  const asked: unknown[] = [];
  const reports = async (...given: unknown[]) => {
    asked.push(given);
    return report;
  };
  const { app } = serve({ heads: { report: reports } });
  const shown = await Promise.all([1, 2, 3].map(async (id) => (await app.request(`/images/${id}`)).json()));
  expect(await (await app.request('/heads/3/report?limit=5')).json()).toEqual({
    head: detailJson,
    mistakes: [{ image: shown[0], split: 'train', given: 'lion', predicted: 'tiger', p: 0.9 }],
    mistake_count: 7,
    mislabelled: [{ image: shown[1], given: 'lion', suggested: 'tiger', p_given: 0.01, p_suggested: 0.98 }],
    mislabelled_count: 1,
    next_to_label: [{ image: shown[2], uncertainty: 0.7 }],
  });
  expect(asked).toEqual([[3, { limit: 5 }]]);
});

test('whoever only reads may look at heads, and change none', async () => {
  const { app, headed } = serve({ access: { ...openAccess, readTokens: ['reader'], required: true } });
  const as = (init: RequestInit = {}): RequestInit => ({
    ...init,
    headers: { ...(init.headers as Record<string, string>), authorization: 'Bearer reader' },
  });
  for (const path of ['/heads', '/heads/3', '/heads/3/report'])
    expect((await app.request(path, as())).status).toBe(200);
  const asked = headed.length;
  for (const [path, init] of [
    ['/heads', jsonRequest({})],
    ['/heads/3', jsonRequest({ in_use: false }, 'PATCH')],
    ['/heads/3', { method: 'DELETE' }],
  ] as const) {
    expect(await errorOf(app.request(path, as(init)))).toMatchObject({ status: 403 });
  }
  expect(headed).toHaveLength(asked);
});

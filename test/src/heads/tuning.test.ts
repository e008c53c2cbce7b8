import { expect, test } from 'vitest';
import { encodeHead } from '../../../src/head/encode.ts';
import type { Tuner } from '../../../src/heads/tuning.ts';
import { headOptionsOf } from '../../../src/tuning/index.ts';
import { type Engine, fingerprint } from '../engine.ts';
import { fakeDim } from '../fake-workers.ts';
import { backwards, ended, move } from '../moving.ts';
import { headOf, openZoo, predicted, train, trainBold } from './zoo.ts';

const comparison = { accuracy: { before: 0.5, after: 0.75 }, precisionAt10: { before: 0.25, after: 0.5 } };

/** Networks whose "tuning" is a head in the space of the network `tuned`, whose numbers are those of this one backwards. */
function fakeTuner() {
  const tasks: Parameters<Tuner['tune']>[0][] = [];
  let e: Engine | undefined;
  const tuner: Tuner = {
    data: '/nowhere',
    rowOf: async (name) => ({
      ...{
        fingerprint: fingerprint(name),
        backbone: name,
        folder: name,
        dim: fakeDim,
        pooling: null,
        cut: null,
        base: null,
      },
    }),
    async tune(task, { onProgress, onNote, onWork }) {
      tasks.push(task);
      onNote?.('a step takes no time');
      onWork?.({ what: 'steps', done: 1, total: 2 });
      const vectors = new Float32Array(task.pictures.length * fakeDim);
      for (const [i, { content }] of task.pictures.entries()) {
        vectors.set(
          e!.collection.embedding(e!.collection.image(imageOf(e!, content)).id).vector.toReversed(),
          i * fakeDim,
        );
      }
      const space = fingerprint('tuned');
      const trained = await trainBold(
        { space, dim: fakeDim, vectors, pictures: task.pictures },
        headOptionsOf(task.options),
        {
          onProgress,
        },
      );
      const { head, report, device } = trained;
      return {
        name: 'tuned',
        run: '/nowhere/runs/tuned',
        network: '',
        space,
        head,
        bytes: encodeHead(head),
        report,
        comparison,
        device,
      };
    },
  };
  const attach = (engine: Engine): void => {
    e = engine;
  };
  return { tuner, tasks, attach };
}

const imageOf = (e: Engine, content: string) => ({
  id: e.collection.images({ limit: 100 }).images.find((image) => image.content === content)!.id,
});

async function openTuningZoo() {
  const { tuner, tasks, attach } = fakeTuner();
  const e = await openZoo({ heads: { folder: null, train: trainBold, tuner }, networks: { tuned: backwards() } });
  attach(e);
  return { e, tasks };
}

const request = { fineTune: 'last:1', epochs: 10, lr: 0.02, run: 'mine' } as const;

test('a tuning is handed the labelled pictures, and ends with a head that the move to its network puts to use', async () => {
  const { e, tasks } = await openTuningZoo();
  const job = await ended(e, e.collection.heads.tune({ ...request, checkpointSeconds: 5, checkpointSteps: 7 }));
  expect(headOf(job)).toMatchObject({ id: 1, space: fingerprint('tuned'), backbone: 'tuned', inUse: false });
  expect(job.notes).toEqual(['a step takes no time']);
  const [task] = tasks;
  expect(task).toMatchObject({
    name: 'mine',
    network: { backbone: 'first' },
    checkpoint: { everyMs: 5000, everySteps: 7 },
  });
  expect(task!.options).toEqual({ fineTune: 'last:1', epochs: 10, lr: 0.02 });
  expect(task!.pictures).toHaveLength(20);
  const { content } = e.collection.image({ image: 'tiger 0.jpg' });
  const found = task!.pictures.find((picture) => picture.content === content);
  expect(found).toMatchObject({ label: 'tiger', paths: [e.collection.file(imageOf(e, content).id)] });
  expect(e.collection.heads.get(1).tuning).toEqual({ run: 'tuned', comparison });
  expect(e.collection.spaces().map(({ backbone, embedded }) => [backbone, embedded])).toEqual([
    ['first', 24],
    ['tuned', 0],
  ]);

  expect((await move(e, 'tuned')).notes).toEqual(['head 1 is in use: it was trained with this network']);
  expect(predicted(e, 'tiger 10', 'lion 10')).toEqual(['tiger', 'lion']);
});

test('a run that was done before is the head that it was', async () => {
  const { e } = await openTuningZoo();
  await ended(e, e.collection.heads.tune(request));
  expect(headOf(await ended(e, e.collection.heads.tune(request))).id).toBe(1);
});

test('once somebody has chosen none, a rebuild in the tuned space leaves it so', async () => {
  const { e } = await openTuningZoo();
  await ended(e, e.collection.heads.tune(request));
  await move(e, 'tuned');
  await e.collection.heads.use(null);
  await ended(e, e.collection.rebuild({ fromCache: false }));
  expect(e.collection.status().head).toBeNull();
});

test('one training at a time, of whichever kind', async () => {
  const { e } = await openTuningZoo();
  const job = e.collection.heads.tune(request);
  expect(e.collection.heads.tune(request).id).toBe(job.id);
  expect(() => e.collection.heads.train({})).toThrow(`a training is running already, as job ${job.id}`);
  await ended(e, job);
});

test('what is known to be wrong is said at once', async () => {
  const { e } = await openTuningZoo();
  const { heads } = e.collection;
  expect(() => heads.tune({})).toThrow('fineTune must be last:N, from:LAYER, scope:PREFIX or all');
  expect(() => heads.tune({ fineTune: 'all', tuneLr: -1 })).toThrow('tuneLr must be');
  for (const { id } of e.collection.images({ limit: 100 }).images)
    e.collection.labels.set(id, { label: 'x', origin: 'cli' });
  expect(() => heads.tune(request)).toThrow('it needs at least two; got only "x"');
});

test('where there is no folder for runs, that is the error', async () => {
  const e = await openZoo();
  await train(e);
  const { error } = await ended(e, e.collection.heads.tune(request));
  expect(error?.message).toBe('this collection has no folder to keep a run in');
});

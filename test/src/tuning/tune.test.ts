import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeHead } from '../../../src/head/encode.ts';
import { predict } from '../../../src/head/predict.ts';
import * as image from '../../../src/image/index.ts';
import { loadBackbone, resizeSpec } from '../../../src/model/backbone.ts';
import { compileBackbone } from '../../../src/model/compile.ts';
import { openNetwork } from '../../../src/model/open-network.ts';
import { modelFoldersOf } from '../../../src/model/store.ts';
import { chooseNetwork } from '../../../src/networks.ts';
import { openOnnxSession } from '../../../src/runtime/onnx.ts';
import { decodeFor } from '../../../src/tuning/decode.ts';
import { type TuneProgress, type TuneWork, tuneNetwork } from '../../../src/tuning/index.ts';
import * as read from '../../../src/workers/read.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { brief, threeClasses, tinyConfig, tinyPictures, tinyTask, tinyWeights, writeTiny } from './tiny.ts';

/** The numbers of a network's variables, by `layer/variable`. */
async function numbersOf(folder: string): Promise<Map<string, readonly number[]>> {
  const backbone = await loadBackbone(folder);
  if (!('config' in backbone)) throw new Error('expected a topology');
  const { network, close } = await openNetwork(backbone, { classes: false });
  const all = [...network.weights].flatMap(([layer, variables]) =>
    variables.map(({ name, data }) => [`${layer}/${name}`, [...data]] as const),
  );
  close();
  return new Map(all);
}

const images = { ...image, ...read };

const before = new Map<string, readonly number[]>(
  [...tinyWeights(tinyConfig())].flatMap(([layer, variables]) =>
    variables.map(({ name, data }) => [`${layer}/${name}`, [...data]] as const),
  ),
);

test('a run ends with a network like any other, and a head of the space that it makes', async () => {
  const data = temporaryFolder();
  const task = await tinyTask(data);
  const [seen, work, notes]: [TuneProgress[], TuneWork[], string[]] = [[], [], []];
  const tuned = await tuneNetwork(task, {
    onProgress: (one) => void seen.push(one),
    onWork: (one) => void work.push(one),
    onNote: (text) => void notes.push(text),
  });

  expect(seen.map(({ phase, epoch, step, done }) => [phase, epoch, step, done])).toEqual([
    ...[1, 2, 3, 4].map((epoch) => ['head', epoch, 4 * epoch, 4 * epoch]),
    ...[5, 6, 7].map((epoch) => ['tune', epoch, 4 * epoch, 4 * epoch]),
  ]);
  expect(seen[4]).toMatchObject({ total: 28, epochs: 7, fold: null, lr: expect.closeTo(0.00085, 4) });
  expect(seen[0]).toMatchObject({ total: 28, epochs: 4, lr: expect.closeTo(0.01, 2) });
  expect(work[0]).toEqual({ what: 'pictures', done: 8, total: 45 });
  expect(work.at(-1)).toEqual({ what: 'embeddings', done: 45, total: 45 });
  expect(notes[0]).toMatch('this trains on wasm');
  expect(notes.join()).toMatch(/training on wasm, which is slow: a step takes .* s, an epoch .* s, and what is left/);

  const { head, report } = tuned;
  const chosen = await chooseNetwork({ backbone: 'run' }, modelFoldersOf(data));
  expect(chosen.row).toMatchObject({ fingerprint: tuned.space, backbone: 'run', folder: 'run', dim: 10 });
  expect(head).toMatchObject({ space: tuned.space, dim: 10, labels: [...threeClasses].sort() });
  expect(decodeHead(tuned.bytes)).toEqual(head);
  expect(head.options).toMatchObject({ fineTune: 'last:4', tuneEpochs: 3, batch: 8 });
  expect(head.evaluation.history.map(({ step }) => step)).toEqual(seen.map(({ step }) => step));
  expect(head.evaluation).toMatchObject({ pictures: { train: 30, validation: 15, test: 0 }, refitted: false });
  expect(head.evaluation.baseline).toMatchObject({ pictures: 15 });
  expect(report.judged).toHaveLength(15);
  expect([...report.validation].every((i) => task.pictures[i]!.split === 'validation')).toBe(true);
  expect(tuned.comparison.precisionAt10.after).toBeGreaterThan(0);

  // What the head said of the held-out pictures it says of their embeddings by the runtime that indexes.
  const { backbone } = chosen;
  const session = await openOnnxSession(await compileBackbone(backbone, { classes: false }), {
    device: 'cpu',
    threads: 1,
  });
  for (const i of report.validation) {
    const pixels = await decodeFor(images, task.pictures[i]!, resizeSpec(backbone.manifest), {});
    const [output] = await session.run([pixels]);
    const length = Math.hypot(...output!.vector);
    const [said] = predict(
      head,
      output!.vector.map((value) => value / length),
    );
    expect(said!.scores[0]!.p).toBeCloseTo(report.scores.p[i * 3]!, 4);
  }
  await session.close();

  const record = JSON.parse(readFileSync(join(tuned.run, 'run.json'), 'utf8'));
  expect(record).toMatchObject({ state: 'done', name: 'run', labels: head.labels, network: { name: 'tiny' } });
  expect(record.split.validation).toHaveLength(15);
  const log = readFileSync(join(tuned.run, 'log.jsonl'), 'utf8').trim().split('\n');
  expect(log.map((line) => JSON.parse(line))).toEqual(
    head.evaluation.history.map((record, i) => ({ phase: i < 4 ? 'head' : 'tune', ...record })),
  );
  expect(readdirSync(tuned.run).sort()).toEqual(['checkpoints', 'log.jsonl', 'network', 'result', 'run.json']);
});

test('only what was unfrozen changes, and no statistics do', async () => {
  const data = temporaryFolder();
  const { network } = await tuneNetwork(await tinyTask(data));
  const changed = [...(await numbersOf(network))].filter(
    ([key, values]) => !values.every((value, i) => value === before.get(key)![i]),
  );
  expect(changed.map(([key]) => key)).toEqual(['top_conv/kernel', 'top_bn/gamma', 'top_bn/beta']);
});

test('with batchNorm batch the statistics of unfrozen layers follow, those of others stay', async () => {
  const data = temporaryFolder();
  const task = await tinyTask(data, { options: { ...brief, fineTune: 'scope:block', batchNorm: 'batch' } });
  const { network } = await tuneNetwork(task);
  const numbers = await numbersOf(network);
  const moved = (key: string): boolean => !numbers.get(key)!.every((value, i) => value === before.get(key)![i]);
  expect(['block_bn/moving_mean', 'block_project_bn/moving_variance'].every(moved)).toBe(true);
  expect(['stem_bn', 'top_bn'].flatMap((layer) => [`${layer}/moving_mean`, `${layer}/gamma`]).some(moved)).toBe(false);
});

test('with nothing held out the last numbers are kept, and nothing is said of what they are worth', async () => {
  const data = temporaryFolder();
  const all = await tinyPictures(join(data, 'pictures'));
  // One label has a single picture.
  const single = all.findIndex(({ label }) => label === threeClasses[2]);
  const pictures = all
    .filter(({ label }, i) => label !== threeClasses[2] || i === single)
    .map((picture) => ({ ...picture, split: null }));
  const options = { ...brief, holdout: 0 };
  const { head, comparison, report } = await tuneNetwork(await tinyTask(data, { pictures, options }));
  expect(head.labels).toHaveLength(3);
  expect(head.evaluation).toMatchObject({ validation: null, baseline: null, best: 6 });
  expect(head).toMatchObject({ temperature: 1, threshold: 0 });
  expect(comparison).toEqual({
    accuracy: { before: null, after: null },
    precisionAt10: { before: null, after: null },
  });
  expect(report.judged).toHaveLength(0);
  expect(head.evaluation.notes.join()).toMatch('nothing is held out');
});

describe('names', () => {
  test('the same task again is done already; another one never touches it', async () => {
    const data = temporaryFolder();
    const task = await tinyTask(data);
    const first = await tuneNetwork(task);
    const started: number[] = [];
    const again = await tuneNetwork(task, { onStart: (pid) => void started.push(pid) });
    expect(started).toEqual([]);
    expect(again.bytes).toEqual(first.bytes);
    const kept = readFileSync(join(first.run, 'run.json'), 'utf8');
    const notes: string[] = [];
    const other = await tuneNetwork(
      { ...task, options: { ...brief, seed: 7 } },
      { onNote: (text) => void notes.push(text) },
    );
    expect(other.name).toBe('run-2');
    expect(other.space).not.toBe(first.space);
    expect(notes).toContain("run is another run's or network's name, which stays as it is: this one is run-2");
    expect(readFileSync(join(first.run, 'run.json'), 'utf8')).toBe(kept);
    expect(readdirSync(join(data, 'models')).filter((name) => name.startsWith('run'))).toEqual(['run', 'run-2']);
  });

  test("a network's name is not taken, and one that was removed is written again", async () => {
    const data = temporaryFolder();
    const task = await tinyTask(data, { name: 'tiny' });
    const tuned = await tuneNetwork(task);
    expect(tuned.name).toBe('tiny-2');
    rmSync(tuned.network, { recursive: true });
    await tuneNetwork(task);
    expect(existsSync(join(tuned.network, 'model.json'))).toBe(true);
  });
});

describe('pictures that cannot be read', () => {
  test('are left out, and it is said', async () => {
    const data = temporaryFolder();
    const task = await tinyTask(data);
    const [broken, gone, changed] = task.pictures as [never, never, never] & typeof task.pictures;
    writeFileSync((broken as { paths: string[] }).paths[0]!, 'no picture');
    rmSync((gone as { paths: string[] }).paths[0]!);
    writeFileSync((changed as { paths: string[] }).paths[0]!, readFileSync(task.pictures[5]!.paths[0]!));
    const { head, report } = await tuneNetwork(task);
    const { train, validation } = head.evaluation.pictures;
    expect(train + validation).toBe(42);
    expect([...report.train, ...report.validation].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 42 }, (_, i) => i + 3),
    );
    expect(head.evaluation.notes.join()).toMatch(
      /pictures that could not be read were left out: 3 of 45: .*its file has other bytes now.*its file/,
    );
  });

  test('are looked for wherever they lie', async () => {
    const data = temporaryFolder();
    const task = await tinyTask(data);
    const pictures = task.pictures.map((picture) => ({
      ...picture,
      paths: [join(data, 'gone.png'), ...picture.paths],
    }));
    const { head } = await tuneNetwork({ ...task, pictures });
    expect(head.evaluation.pictures).toEqual({ train: 30, validation: 15, test: 0 });
  });

  test('are an error where they are all of one label', async () => {
    const data = temporaryFolder();
    const task = await tinyTask(data);
    const label = threeClasses[1]!;
    for (const picture of task.pictures) if (picture.label === label) rmSync(picture.paths[0]!);
    await expect(tuneNetwork(task)).rejects.toMatchObject({
      code: 'training_data_invalid',
      message: expect.stringMatching(
        `every label must have a picture that can be read; of ${label} none of its 15 pictures can: .*\\(unreadable\\)`,
      ),
    });
  });
});

describe('what is wrong is told before anything begins', () => {
  test.each([
    [{ fineTune: 'from:top_cnv' }, 'invalid_request', 'fineTune from: must name a layer'],
    [{}, 'invalid_request', 'fineTune must be last:N'],
    [{ fineTune: 'all', weightsFrom: 'nobody' }, 'backbone_not_found', "got 'nobody'"],
  ])('%o', async (options, code, message) => {
    const data = temporaryFolder();
    const config = tinyConfig();
    await writeTiny(data, { config });
    const started: number[] = [];
    const pictures = await tinyPictures(join(data, 'pictures'), { perClass: 2 });
    const task = await tinyTask(data, { network: { backbone: 'tiny' }, pictures, options });
    await expect(tuneNetwork(task, { onStart: (pid) => void started.push(pid) })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(started).toEqual([]);
    expect(existsSync(join(data, 'runs'))).toBe(false);
  });

  test('one label only', async () => {
    const data = temporaryFolder();
    const pictures = (await tinyPictures(join(data, 'pictures'))).filter(({ label }) => label === threeClasses[0]);
    await expect(tuneNetwork(await tinyTask(data, { pictures }))).rejects.toMatchObject({
      code: 'training_data_invalid',
    });
  });

  test('an ONNX file', async () => {
    const data = temporaryFolder();
    const backbone = join(import.meta.dirname, '../../fixtures/models/picker');
    await expect(tuneNetwork(await tinyTask(data, { network: { backbone } }))).rejects.toMatchObject({
      code: 'backbone_invalid',
      message: expect.stringMatching(
        /only networks that are kept as topology and weights can be trained; .* is the ONNX file/,
      ),
    });
  });
});

test('a rate that is too large is told as such', async () => {
  const data = temporaryFolder();
  const options = { ...brief, optimizer: 'sgd', tuneLr: 100, weightDecay: 10, tuneEpochs: 20 } as const;
  await expect(tuneNetwork(await tinyTask(data, { options }))).rejects.toMatchObject({
    code: 'training_diverged',
    hint: 'a smaller tuneLr',
  });
});

const hasGpuPackage = await import('@tensorflow/tfjs-node-gpu' as string).then(
  () => true,
  () => false,
);
test.skipIf(hasGpuPackage)(
  'a run that cannot begin leaves its name free (skipped where @tensorflow/tfjs-node-gpu is installed)',
  async () => {
    const data = temporaryFolder();
    const task = { ...(await tinyTask(data)), backend: 'node-gpu' as const };
    await expect(tuneNetwork(task)).rejects.toMatchObject({ code: 'device_unavailable' });
    expect(readdirSync(join(data, 'runs'))).toEqual([]);
  },
);

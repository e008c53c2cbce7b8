import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadBackbone } from '../../../src/model/backbone.ts';
import { openNetwork } from '../../../src/model/open-network.ts';
import { type TuneOptions, tuneNetwork } from '../../../src/tuning/index.ts';
import { smallClasses } from '../../bench/made-pictures.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { brief, tinyConfig, tinyPictures, tinyTask, writeTiny } from './tiny.ts';

async function variable(folder: string, layer: string): Promise<number[]> {
  const backbone = await loadBackbone(folder);
  if (!('config' in backbone)) throw new Error('expected a topology');
  const { network, close } = await openNetwork(backbone, { classes: false });
  const numbers = [...network.weights.get(layer)![0]!.data];
  close();
  return numbers;
}

const scratch: TuneOptions = { fromScratch: true, epochs: 6, batch: 16, patience: 0 };

test('a network from random numbers learns: its loss falls, and it is right far more often than by chance', async () => {
  const data = temporaryFolder();
  const pictures = await tinyPictures(join(data, 'pictures'), { perClass: 30 });
  const task = await tinyTask(data, {
    pictures,
    network: { backbone: 'small-cnn' },
    options: { ...scratch, size: 16, lr: 0.01, epochs: 8 },
  });
  const { head, comparison, network } = await tuneNetwork(task);
  const { history } = head.evaluation;
  expect(history.at(-1)!.loss).toBeLessThan(0.6 * history[0]!.loss);
  expect(head.evaluation.validation!.accuracy).toBeGreaterThan(0.7);
  expect(comparison.accuracy.before).toBeNull();
  const { manifest } = await loadBackbone(network);
  expect(manifest).toMatchObject({
    source: 'a small convolutional network, trained from scratch on 90 pictures of 3 labels',
    input: { width: 16, height: 16, mode: 'tf' },
    output: { layer: 'conv4_relu', pooling: 'avg', dim: 128 },
  });
});

describe("from one's own base", () => {
  test('another number of classes and another size of pictures take its weights, of which the frozen ones stay', async () => {
    const data = temporaryFolder();
    const first = await tinyTask(data, {
      name: 'base',
      network: { backbone: 'small-cnn' },
      options: { ...scratch, size: 16, epochs: 1 },
    });
    const base = await tuneNetwork(first);
    const pictures = await tinyPictures(join(data, 'others'), { classes: smallClasses.slice(4, 6), seed: 9 });
    const second = await tinyTask(data, {
      name: 'second',
      pictures,
      network: { backbone: 'base' },
      options: { ...brief, size: 24 },
    });
    const tuned = await tuneNetwork(second);
    expect(tuned.head.labels).toHaveLength(2);
    expect((await loadBackbone(tuned.network)).manifest.input).toMatchObject({ width: 24, height: 24 });
    expect(await variable(tuned.network, 'conv3')).toEqual(await variable(base.network, 'conv3'));
    expect(await variable(tuned.network, 'conv4')).not.toEqual(await variable(base.network, 'conv4'));
  });

  test('weights go by name where they fit; what is left begins at random, is trained, and is listed', async () => {
    const data = temporaryFolder();
    const base = await tuneNetwork(
      await tinyTask(data, { name: 'base', options: { ...brief, fineTune: 'all', tuneEpochs: 1 } }),
    );
    const config = tinyConfig();
    const layers = config.config.layers.map((layer) =>
      layer.name === 'side_conv' ? { ...layer, config: { ...layer.config, filters: 4 } } : layer,
    );
    await writeTiny(data, { name: 'other', config: { ...config, config: { ...config.config, layers } } });
    const task = await tinyTask(data, {
      name: 'taken',
      network: { backbone: 'other' },
      options: { ...brief, weightsFrom: 'base' },
    });
    const notes: string[] = [];
    const { network, head } = await tuneNetwork(task, { onNote: (text) => void notes.push(text) });
    expect(await variable(network, 'stem_conv')).toEqual(await variable(base.network, 'stem_conv'));
    const expected = [
      'weights of 7 of 9 layers are those of base',
      'no weights for them in base, so they keep those of other: side_conv, top_conv',
    ];
    expect(notes).toEqual(expect.arrayContaining(expected));
    expect(head.evaluation.notes).toEqual(expect.arrayContaining(expected));

    const small = await tinyTask(data, {
      name: 'cnn',
      network: { backbone: 'small-cnn' },
      options: { ...scratch, size: 16, epochs: 1 },
    });
    await tuneNetwork(small);
    const told: string[] = [];
    const vgg = await tinyTask(data, {
      name: 'again',
      network: { backbone: 'small-cnn' },
      options: { ...brief, size: 16, tuneEpochs: 1, weightsFrom: 'cnn' },
    });
    await tuneNetwork(vgg, { onNote: (text) => void told.push(text) });
    expect(told).toContain('weights of 8 of 8 layers are those of cnn');
  });

  test('a network that has none of the layers is an error', async () => {
    const data = temporaryFolder();
    await writeTiny(data);
    const task = await tinyTask(data, {
      network: { backbone: 'small-cnn' },
      options: { ...brief, weightsFrom: 'tiny' },
    });
    await expect(tuneNetwork(task)).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'weightsFrom must be a network with layers of the names and shapes that small-cnn has; tiny has none',
    });
  });
});

test('with the statistics of batches a network without scales is trained, too', async () => {
  const data = temporaryFolder();
  await writeTiny(data, { name: 'noscale', config: tinyConfig({ scale: false }) });
  const options = { ...brief, fineTune: 'all', batchNorm: 'batch', tuneEpochs: 6, patience: 0 } as const;
  const { head, network } = await tuneNetwork(await tinyTask(data, { network: { backbone: 'noscale' }, options }));
  const tuned = head.evaluation.history.slice(4);
  expect(tuned.at(-1)!.loss).toBeLessThan(tuned[0]!.loss);
  const before = await variable(join(data, 'models', 'noscale'), 'stem_bn');
  expect(await variable(network, 'stem_bn')).not.toEqual(before);
  expect(readFileSync(join(network, 'config.json'), 'utf8')).toContain('"scale":false');
});

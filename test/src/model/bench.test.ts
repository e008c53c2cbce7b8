import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shippedModels } from '../../../src/files.ts';
import { decodePicture } from '../../../src/image/index.ts';
import { loadBackbone } from '../../../src/model/backbone.ts';
import { benchNetwork } from '../../../src/model/bench.ts';
import { probePicture } from '../../../src/model/probe.ts';

test('a network is timed in worker processes, which are gone afterwards', async () => {
  const backbone = await loadBackbone(join(shippedModels, 'efficientnet-lite0'));
  const speed = await benchNetwork(backbone, {
    space: 'a1',
    device: 'cpu',
    workers: 1,
    seconds: 0.1,
    env: process.env,
  });
  expect(speed).toMatchObject({ name: 'efficientnet-lite0', space: 'a1', runtime: 'onnx', device: 'cpu', workers: 1 });
  expect(speed.pictures_per_second).toBeGreaterThan(0);
});

test('the pictures that it is tried with can be decoded, and are different ones', async () => {
  const [one, two] = await Promise.all([0, 1].map((seed) => decodePicture(probePicture(seed))));
  expect(one).toMatchObject({ kind: 'bmp', width: 500, height: 332 });
  expect(Buffer.compare(one!.pixels.data, two!.pixels.data)).not.toBe(0);
});

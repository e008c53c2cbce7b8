import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodePicture, resizePixels, writePng } from '../../../src/image/index.ts';
import { modelFoldersOf } from '../../../src/model/store.ts';
import { augment, augmentationStream, resolveAugmentation } from '../../../src/tuning/augment/index.ts';
import { augmentationSheet } from '../../../src/tuning/augmentation-sheet.ts';
import type { Pixels } from '../../../src/types.ts';
import { sha256 } from '../../../src/workers/read.ts';
import { noise } from './augment/noise.ts';
import { writeTiny } from './tiny.ts';

const task = { network: { backbone: 'tiny' }, options: { augment: { rotation: 20 }, seed: 9 } };
let data: string;
let folders: readonly string[];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'pixkin-sheet-'));
  folders = modelFoldersOf(data);
  await writeTiny(data);
});
afterAll(() => rm(data, { recursive: true, force: true }));

async function written(picture: Pixels): Promise<{ content: string; paths: string[] }> {
  const path = join(data, 'picture.png');
  const bytes = await writePng(picture);
  await writeFile(path, bytes);
  return { content: sha256(bytes), paths: [path] };
}

describe('the sheet', () => {
  test('shows pictures as the network takes them, those left out that cannot be read', async () => {
    const picture = noise(30, 20);
    const gone = { content: '0'.repeat(64), paths: [join(data, 'gone.png')] };
    const pictures = [gone, await written(picture)];
    const sheet = await augmentationSheet({ ...task, folders, pictures });
    expect(sheet).toMatchObject({ shown: [1], network: 'tiny', width: 12, height: 12, augment: { rotation: 20 } });
    const { pixels } = await decodePicture(sheet!.png);
    expect([pixels.width, pixels.height]).toEqual([8 * 16 - 4, 12]);
    const taken = resizePixels(picture, { width: 12, height: 12, policy: 'squash', kernel: 'bilinear' });
    const varied = augment(taken, resolveAugmentation({ rotation: 20 })!, augmentationStream(9, 0, 0));
    for (const [column, field] of [taken, varied].entries()) {
      const row = pixels.data.subarray(column * 16 * 3, (column * 16 + 12) * 3);
      expect(row).toEqual(field.data.subarray(0, 12 * 3));
    }
  });

  test('is of another size, or of an architecture without weights, where the run is', async () => {
    const pictures = [await written(noise(30, 20))];
    const options = { ...task.options, size: { width: 20, height: 10 } };
    expect(await augmentationSheet({ ...task, options, folders, pictures })).toMatchObject({ width: 20, height: 10 });
    const scratch = { network: { backbone: 'small-cnn' }, options: { ...task.options, fromScratch: true } };
    expect(await augmentationSheet({ ...scratch, folders, pictures })).toMatchObject({ width: 32, height: 32 });
  });

  test('is not drawn where nothing is varied, or there is no picture', async () => {
    expect(await augmentationSheet({ ...task, options: { augment: { zoom: 0 } }, folders, pictures: [] })).toBe(null);
    await expect(augmentationSheet({ ...task, folders, pictures: [] })).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('at least one picture'),
    });
  });
});

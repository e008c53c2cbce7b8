import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepSpeeds, machine, readSpeeds, type Speed } from '../../../src/model/speeds.ts';
import { temporaryFolder } from '../../support/folder.ts';

const speed = (more: Partial<Speed> = {}): Speed => ({
  name: 'vgg16',
  space: 'a1',
  runtime: 'onnx',
  device: 'cpu',
  workers: 2,
  pictures_per_second: 7.5,
  machine: machine(),
  ...more,
});

test('what was measured is there the next time; nothing was, at first', async () => {
  const data = temporaryFolder();
  expect(await readSpeeds(data)).toEqual([]);
  await keepSpeeds(data, [speed()]);
  await keepSpeeds(data, [speed({ runtime: 'tfjs', pictures_per_second: 3 })]);
  expect(await readSpeeds(data)).toEqual([speed(), speed({ runtime: 'tfjs', pictures_per_second: 3 })]);
});

test('a new measurement takes the place of the old one', async () => {
  const data = temporaryFolder();
  await keepSpeeds(data, [speed(), speed({ space: 'b2' })]);
  await keepSpeeds(data, [speed({ pictures_per_second: 9 })]);
  expect(await readSpeeds(data)).toEqual([speed({ pictures_per_second: 9 }), speed({ space: 'b2' })]);
});

test('another machine has its own', async () => {
  const data = temporaryFolder();
  await keepSpeeds(data, [speed({ machine: 'another' })]);
  expect(await readSpeeds(data)).toEqual([]);
});

test('a damaged file counts as none', async () => {
  const data = temporaryFolder();
  await keepSpeeds(data, [speed()]);
  writeFileSync(join(data, 'models', 'speeds.json'), '{');
  expect(await readSpeeds(data)).toEqual([]);
});

test('a data folder that cannot be written is an error that names it', async () => {
  const data = join(temporaryFolder(), 'file');
  writeFileSync(data, '');
  await expect(keepSpeeds(data, [speed()])).rejects.toMatchObject({
    code: 'data_unwritable',
    message: expect.stringContaining(data),
  });
});

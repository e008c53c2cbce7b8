import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chooseRun } from '../../../src/tuning/run-folder.ts';
import { temporaryFolder } from '../../support/folder.ts';

const asked = { key: 'k', network: { name: 'tiny', space: null }, asked: { fineTune: 'all' }, pictures: 3 };

test('a name is made of the network, and the same run has the same folder', async () => {
  const data = temporaryFolder();
  const run = await chooseRun(data, asked);
  expect(run).toMatchObject({ name: 'tiny-tuned', folder: join(data, 'runs', 'tiny-tuned'), resumed: false });
  expect(await chooseRun(data, asked)).toMatchObject({ name: 'tiny-tuned', resumed: true });
  expect(await chooseRun(data, { ...asked, key: 'other' })).toMatchObject({ name: 'tiny-tuned-2', resumed: false });
  expect(await chooseRun(data, { ...asked, key: 'other' })).toMatchObject({ name: 'tiny-tuned-2', resumed: true });
});

test('a folder with something else in it is left alone, an empty one is taken', async () => {
  const data = temporaryFolder();
  for (const name of ['mine', 'empty']) mkdirSync(join(data, 'runs', name), { recursive: true });
  writeFileSync(join(data, 'runs', 'mine', 'notes.txt'), 'keep');
  expect((await chooseRun(data, { ...asked, name: 'mine' })).name).toBe('mine-2');
  expect((await chooseRun(data, { ...asked, name: 'empty' })).name).toBe('empty');
});

test('a damaged record is left alone', async () => {
  const data = temporaryFolder();
  const { folder } = await chooseRun(data, asked);
  writeFileSync(join(folder, 'run.json'), '{"version":1,');
  expect((await chooseRun(data, asked)).name).toBe('tiny-tuned-2');
});

test('the names of networks that ship are not taken', async () => {
  expect((await chooseRun(temporaryFolder(), { ...asked, name: 'efficientnet-lite0' })).name).toBe(
    'efficientnet-lite0-2',
  );
});

test.each(['', '../up', '.hidden', 'a b', 'x'.repeat(65)])("'%s' is no name", async (name) => {
  await expect(chooseRun(temporaryFolder(), { ...asked, name })).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringMatching(/^a run's name must be 1 to 64 letters/),
  });
});

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backboneNames } from '../../../src/model/backbone.ts';
import { modelFoldersOf, ownModels, ownNames, type Store, withStore } from '../../../src/model/store.ts';
import { temporaryFolder } from '../../support/folder.ts';

const filled = (text: string) => async (folder: string) => writeFileSync(join(folder, 'model.json'), text);
const put = (data: string, name: string, text: string, replace = false) =>
  withStore(data, (store) => store.put(name, { replace }, filled(text)));
const read = (data: string, name: string) => readFileSync(join(ownModels(data), name, 'model.json'), 'utf8');

test('a network lies under its name, and is found beside those that ship', async () => {
  const data = temporaryFolder();
  expect(await put(data, 'mine', 'one')).toBe(join(data, 'models', 'mine'));
  expect(read(data, 'mine')).toBe('one');
  expect(await ownNames(data)).toEqual(['mine']);
  expect(await backboneNames(modelFoldersOf(data))).toEqual(['efficientnet-lite0', 'mine']);
});

test('while it is written nobody finds it, and what fails leaves nothing', async () => {
  const data = temporaryFolder();
  let during: string[] = [];
  const failing = withStore(data, (store) =>
    store.put('mine', { replace: false }, async (folder) => {
      await filled('half')(folder);
      during = await backboneNames(modelFoldersOf(data));
      throw new Error('the weights do not fit');
    }),
  );
  await expect(failing).rejects.toThrow('the weights do not fit');
  expect(during).toEqual(['efficientnet-lite0']);
  expect(await ownNames(data)).toEqual([]);
  expect(readdirSync(join(data, 'models', '.work')).sort()).toEqual(['downloads', 'lock.db']);
});

test('a name is given once, unless its network is to be replaced', async () => {
  const data = temporaryFolder();
  await put(data, 'mine', 'one');
  await expect(put(data, 'mine', 'two')).rejects.toMatchObject({
    code: 'backbone_exists',
    message: 'there is a network mine already',
  });
  expect(read(data, 'mine')).toBe('one');
  await put(data, 'mine', 'two', true);
  expect(read(data, 'mine')).toBe('two');
});

test('a replacement that fails leaves the old one', async () => {
  const data = temporaryFolder();
  await put(data, 'mine', 'one');
  const failing = withStore(data, (store) =>
    store.put('mine', { replace: true }, () => Promise.reject(new Error('no'))),
  );
  await expect(failing).rejects.toThrow('no');
  expect(read(data, 'mine')).toBe('one');
});

test('what a process that was killed while it replaced left behind is put back', async () => {
  const data = temporaryFolder();
  await put(data, 'mine', 'one');
  const drafts = join(data, 'models', '.work', 'drafts');
  mkdirSync(join(drafts, 'new-x'), { recursive: true });
  renameSync(join(data, 'models', 'mine'), join(drafts, 'old-mine'));
  await withStore(data, async () => {});
  expect(read(data, 'mine')).toBe('one');
  expect(existsSync(drafts)).toBe(false);
});

test.each(['', '..', 'a/b', '.hidden', 'x'.repeat(65)])('%j is no name', async (name) => {
  await expect(put(temporaryFolder(), name, 'one')).rejects.toMatchObject({ code: 'usage' });
});

test('the name of a network that ships is taken', async () => {
  await expect(put(temporaryFolder(), 'efficientnet-lite0', 'one', true)).rejects.toMatchObject({
    code: 'backbone_exists',
    message: 'efficientnet-lite0 ships with pixkin',
  });
});

test('it has one writer at a time', async () => {
  const data = temporaryFolder();
  await withStore(data, async () => {
    await expect(withStore(data, async () => {})).rejects.toMatchObject({ code: 'busy' });
  });
  await withStore(data, async (store: Store) => expect(existsSync(store.downloads)).toBe(true));
});

test('a data folder that is a file is an error that names it', async () => {
  const data = join(temporaryFolder(), 'file');
  writeFileSync(data, '');
  await expect(withStore(data, async () => {})).rejects.toMatchObject({
    code: 'data_unwritable',
    message: expect.stringContaining(data),
  });
});

test.skipIf(process.platform !== 'linux')('a full disk is said as such', async () => {
  const data = temporaryFolder();
  const failing = withStore(data, (store) =>
    store.put('mine', { replace: false }, async () => writeFileSync('/dev/full', 'x')),
  );
  await expect(failing).rejects.toMatchObject({
    code: 'data_unwritable',
    message: expect.stringContaining('network mine could not be written'),
  });
});

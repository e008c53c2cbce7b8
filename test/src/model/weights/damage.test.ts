import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { PixkinError } from '../../../../src/errors.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { createRandom } from '../../../support/random.ts';
import { fixture, numbered, read, tiny } from './fixtures.ts';

const whole = ['legacy.h5', 'tiny.h5', 'tiny.weights.h5', 'tiny.keras', 'tiny-packed.keras', 'tiny.safetensors'];

test.each([
  ['dangling-link.h5', 'expected a dataset at /conv/kernel; got none'],
  ['external-data.h5', 'unable to open external raw data file'],
  ['external-link.h5', 'expected a dataset at /conv/kernel; got none'],
  [
    'foreign.h5',
    'expected weights of Keras (an attribute layer_names or model_config, or a group layers); got measurements',
  ],
  ['group.h5', 'expected a dataset at /conv/kernel; got none'],
  ['huge.h5', 'expected 17179869184 numbers of 4 bytes; the file has 6864 bytes'],
  ['integers.h5', 'expected floats at /conv/kernel; got whole numbers: quantised weights must be saved as floats'],
  ['no-group.h5', 'expected a group of weights for layer conv; got none'],
  ['no-list.h5', 'expected the attribute weight_names in /conv; got none'],
  ['no-shape.h5', 'expected numbers; they are not in this file'],
  ['not-packed-huge.h5', 'expected 1048576 numbers of 4 bytes; the file has 6864 bytes'],
  ['numbers-for-names.h5', 'attribute layer_names of /: expected text; got values of HDF5'],
  ['texts.h5', 'expected floats; got values of HDF5'],
  ['unknown-filter.h5', "required filter 'lzf' is not registered"],
  ['virtual.h5', 'expected numbers; they are not in this file'],
])('%s is refused by its name, and says why', async (name, message) => {
  const said = vi.spyOn(console, 'error');
  onTestFinished(() => said.mockRestore());
  const error = await read(fixture('hostile', name)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PixkinError);
  expect(error).toMatchObject({ code: 'backbone_invalid' });
  expect((error as Error).message).toMatch(new RegExp(`^${name}(, [^:]+)?: `));
  expect((error as Error).message).toContain(message);
  expect(said).not.toHaveBeenCalled();
});

test('a group that holds itself is walked once', async () => {
  expect(await read(fixture('hostile', 'loop.weights.h5'))).toEqual([]);
});

test('a file that was read after a damaged one is read right', async () => {
  await expect(read(fixture('hostile', 'unknown-filter.h5'))).rejects.toThrow();
  expect(await read(fixture('tiny.weights.h5'))).toEqual(numbered(tiny));
});

test.each(whole)('%s cut anywhere is refused by its name', async (name) => {
  const folder = temporaryFolder();
  const bytes = readFileSync(fixture(name));
  for (let part = 0; part < 12; part++) {
    const path = join(folder, `cut-${part}-${name}`);
    writeFileSync(path, bytes.subarray(0, Math.floor((bytes.length * part) / 12)));
    await expect(read(path)).rejects.toMatchObject({
      code: 'backbone_invalid',
      message: expect.stringContaining(`cut-${part}-${name}`) as string,
    });
  }
});

test.each(whole)('%s with any bytes changed is read, or refused by its name', async (name) => {
  const folder = temporaryFolder();
  const bytes = readFileSync(fixture(name));
  const { below } = createRandom(20);
  for (let attempt = 0; attempt < 40; attempt++) {
    const path = join(folder, `changed-${attempt}-${name}`);
    const copy = Buffer.from(bytes);
    for (let i = 0; i < 8; i++) copy[below(copy.length)] = below(256);
    writeFileSync(path, copy);
    const error = await read(path).catch((thrown: unknown) => thrown);
    if (Array.isArray(error)) continue;
    expect(error).toMatchObject({ code: 'backbone_invalid', message: expect.stringContaining(name) as string });
  }
});

test('what is no file of weights is refused by its first bytes', async () => {
  const folder = temporaryFolder();
  const formats = "expected Keras' .h5, .weights.h5 or .keras, model.json of TensorFlow.js, or .safetensors; got ";
  const cases = { 'empty.h5': '', 'page.keras': '<!doctype html>', 'list.json': '[1, 2]' };
  for (const [name, text] of Object.entries(cases)) writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, 'a-folder.h5'));
  await expect(read(join(folder, 'empty.h5'))).rejects.toThrow(`empty.h5: ${formats}an empty file`);
  await expect(read(join(folder, 'page.keras'))).rejects.toThrow(
    `page.keras: ${formats}a file that begins with 3c21646f63747970`,
  );
  await expect(read(join(folder, 'list.json'))).rejects.toThrow('list.json: expected a TensorFlow.js model.json');
  await expect(read(join(folder, 'none.h5'))).rejects.toMatchObject({ code: 'backbone_not_found' });
  await expect(read(join(folder, 'a-folder.h5'))).rejects.toThrow('a-folder.h5: expected a file of weights');
});

test('the content says what a file is, not its name', async () => {
  const path = join(temporaryFolder(), 'weights.safetensors');
  writeFileSync(path, readFileSync(fixture('tiny.weights.h5')));
  expect(await read(path)).toEqual(numbered(tiny));
});

test.skipIf(process.platform !== 'linux')('a file that is refused is closed (looked up in /proc)', async () => {
  const open = (): number => readdirSync('/proc/self/fd').length;
  const paths = readdirSync(fixture('hostile')).map((name) => fixture('hostile', name));
  for (const path of paths) await read(path).catch(() => {});
  const before = open();
  for (const path of paths) await read(path).catch(() => {});
  expect(open()).toBe(before);
});

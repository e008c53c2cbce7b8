import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openWeights } from '../../../../src/model/weights/index.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { contents, fixture, nested, numbered, read, tiny } from './fixtures.ts';

const stored = readFileSync(fixture('tiny.keras'));
const packed = readFileSync(fixture('tiny-packed.keras'));

/** The archive `bytes` with a change, as a file. */
function changed(bytes: Buffer, change: (copy: Buffer) => void): string {
  const path = join(temporaryFolder(), 'changed.keras');
  const copy = Buffer.from(bytes);
  change(copy);
  writeFileSync(path, copy);
  return path;
}

/** Where the directory at the end of the archive has its entry of a member. */
const directoryEntry = (bytes: Buffer, name: string): number => bytes.lastIndexOf(name) - 46;

function renamed(from: string, to: string): (copy: Buffer) => void {
  return (copy) => {
    for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at)) copy.write(to, at);
  };
}

test('an archive gives weights and topology', async () => {
  const file = await openWeights(fixture('tiny.keras'));
  expect(contents(file)).toEqual(numbered(tiny));
  expect(file.topology).toMatchObject({ module: 'keras.src.models.functional', config: { name: 'tiny' } });
  file.close();
  expect(await read(fixture('nested.keras'))).toEqual(numbered(nested));
});

test('a packed archive is unpacked to a temporary file, of which nothing is left', async () => {
  const damaged = changed(packed, (copy) => copy.fill(0x55, 1200, 1300));
  const folder = temporaryFolder();
  vi.stubEnv('TMPDIR', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await read(fixture('tiny-packed.keras'))).toEqual(numbered(tiny));
  expect(readdirSync(folder)).toEqual([]);
  await expect(openWeights(damaged)).rejects.toThrow('changed.keras: ');
  expect(readdirSync(folder)).toEqual([]);
});

test('weights that were changed after they were stored do not have their checksum', async () => {
  const path = changed(stored, (copy) => copy.fill(0x7f, copy.length - 9000, copy.length - 8990));
  await expect(openWeights(path)).rejects.toThrow(
    /changed.keras: model.weights.h5 must have the checksum \d+; got \d+/,
  );
});

test('a member whose size is said to grow a thousandfold is not unpacked', async () => {
  const path = changed(packed, (copy) => copy.writeUInt32LE(2 ** 31, directoryEntry(copy, 'model.weights.h5') + 24));
  await expect(openWeights(path)).rejects.toThrow(/model.weights.h5 must not grow from \d+ to 2147483648 bytes/);
});

test.each([
  ['config.json', 'konfig.json'],
  ['model.weights.h5', 'model.weights.np'],
])('an archive without %s is none of Keras', async (name, other) => {
  await expect(openWeights(changed(stored, renamed(name, other)))).rejects.toThrow(
    /^changed.keras: expected a .keras archive with config.json and model.weights.h5; got one with metadata.json, /,
  );
});

test('two members of one name are refused', async () => {
  await expect(openWeights(fixture('hostile', 'two-configs.keras'))).rejects.toThrow('expected one config.json');
});

test('a topology that is no JSON is said to be none', async () => {
  const path = changed(stored, renamed('{"module": "keras', '["module": "keras'));
  await expect(openWeights(path)).rejects.toThrow('changed.keras, config.json: expected JSON; ');
});

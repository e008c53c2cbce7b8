import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openWeights } from '../../../../src/model/weights/index.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { contents, expected, fixture, read, tiny } from './fixtures.ts';

/** A file with this header and `bytes` zeros after it. */
function file(header: unknown, bytes: number): string {
  const path = join(temporaryFolder(), 'made.safetensors');
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(path, Buffer.concat([length, json, Buffer.alloc(bytes)]));
  return path;
}

const tensor = (start: number, end: number, shape: readonly unknown[] = [(end - start) / 4], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [start, end],
});

test('a file of another writer, with halves and a counter, is read by layer', async () => {
  const sorted = (layers: ReturnType<typeof expected>) =>
    layers
      .map(({ layer, tensors }) => ({ layer, tensors: tensors.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }))
      .sort((a, b) => (a.layer < b.layer ? -1 : 1));
  expect(sorted(await read(fixture('tiny.safetensors')))).toEqual(sorted(expected(tiny)));
});

test('BF16 and F64 are read as float32', async () => {
  const path = file({ 'a/b': tensor(0, 4, [2], 'BF16'), 'a/d': tensor(4, 20, [2], 'F64') }, 20);
  const opened = await openWeights(path);
  expect(contents(opened)[0]?.tensors.map(({ numbers }) => numbers)).toEqual([
    [0, 0],
    [0, 0],
  ]);
  opened.close();
});

test('layer and variable are parted at the last slash, else at the last dot, and the header gives the order', async () => {
  const header = {
    __metadata__: { any: 'thing' },
    'z/block/conv/kernel': tensor(4, 8),
    'features.0.weight': tensor(0, 4),
    'z/block/conv/bias': tensor(8, 12),
    alone: tensor(12, 16),
  };
  const names = (await read(file(header, 16))).map(({ layer, tensors }) => [layer, ...tensors.map(({ name }) => name)]);
  expect(names).toEqual([
    ['z/block/conv', 'kernel', 'bias'],
    ['features.0', 'weight'],
    ['alone', 'alone'],
  ]);
});

test.each<[string, unknown, number, string]>([
  ['overlap', { 'a/a': tensor(0, 8), 'a/b': tensor(4, 12) }, 12, 'expected a/b at 8; data_offsets say 4'],
  ['leave a gap', { 'a/a': tensor(0, 8), 'a/b': tensor(12, 16) }, 16, 'expected a/b at 8; data_offsets say 12'],
  ['do not begin at 0', { 'a/a': tensor(4, 8) }, 8, 'expected a/a at 0; data_offsets say 4'],
  ['end too early', { 'a/a': tensor(0, 8) }, 12, 'expected 8 bytes after the header, as it says; got 12'],
  ['end too late', { 'a/a': tensor(0, 8) }, 4, 'expected 8 bytes after the header, as it says; got 4'],
  ['have another size', { 'a/a': tensor(0, 8, [3]) }, 8, 'F32 [3] must have 12 bytes; data_offsets say 8'],
  ['have an unknown type', { 'a/a': tensor(0, 8, [8], 'F4') }, 8, 'expected a dtype of F16,'],
  ['have a type by inheritance', { 'a/a': tensor(0, 8, [8], 'toString') }, 8, 'expected a dtype of F16,'],
  ['have a negative size', { 'a/a': tensor(0, 8, [-2]) }, 8, 'expected a shape; got [-2]'],
  ['have too many numbers', { 'a/a': tensor(0, 8, [2 ** 30, 2 ** 30]) }, 8, 'expected a shape; got'],
  ['have no offsets', { 'a/a': { dtype: 'F32', shape: [2] } }, 8, 'expected two data_offsets; got undefined'],
  ['are no objects', { 'a/a': 1 }, 8, 'expected dtype, shape and data_offsets'],
  ['are cut off', '{"a/a": {"dtype": "F32", "sha', 8, 'header: expected JSON; '],
])('tensors that %s are refused before anything is read', async (_, header, bytes, message) => {
  await expect(openWeights(file(header, bytes))).rejects.toMatchObject({
    code: 'backbone_invalid',
    message: expect.stringMatching(/^made\.safetensors/) as string,
  });
  await expect(openWeights(file(header, bytes))).rejects.toThrow(message);
});

test('kernels of whole numbers are refused when they are read', async () => {
  const opened = await openWeights(file({ 'a/kernel': tensor(0, 4, [2, 2], 'I8') }, 4));
  expect(() => contents(opened)).toThrow('made.safetensors, a/kernel: expected floats; got I8');
  opened.close();
});

test('a header that is longer than the file is no header', async () => {
  const path = join(temporaryFolder(), 'short.safetensors');
  const bytes = Buffer.alloc(40, 0x20);
  bytes.writeBigUInt64LE(1000n);
  bytes.write('{', 8);
  writeFileSync(path, bytes);
  await expect(openWeights(path)).rejects.toThrow(
    'short.safetensors: expected a header of 1000 bytes; the file has 40',
  );
});

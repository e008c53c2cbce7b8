import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Tensor, VariableSpec, Weights } from '../../../../src/model/network.ts';
import { writeSafetensors } from '../../../../src/model/weights/index.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { expected, read, tiny } from './fixtures.ts';

const variable = (name: string, shape: readonly number[], data: readonly number[]): VariableSpec & Tensor => ({
  name,
  shape,
  data: Float32Array.from(data),
});

const weights: Weights = new Map(
  expected(tiny).map(({ layer, tensors }) => [
    `block/${layer}`,
    tensors.map(({ name, shape, numbers }) => variable(name, shape, numbers)),
  ]),
);

function headerOf(path: string): Record<string, { dtype: string; data_offsets: [number, number] }> {
  const bytes = readFileSync(path);
  return JSON.parse(bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE())));
}

test.each(['F32', 'F16'] as const)('what is written as %s is read again, in the same order', async (dtype) => {
  const path = join(temporaryFolder(), 'weights.safetensors');
  const written = await writeSafetensors(weights, path, { dtype });
  const inBlock = expected(tiny).map((layer) => ({ ...layer, layer: `block/${layer.layer}` }));
  expect(await read(path)).toEqual(inBlock);
  const bytes = readFileSync(path);
  expect(written).toEqual({ sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length });
});

test('F16 is for kernels only, and what is F32 lies before it, aligned', async () => {
  const path = join(temporaryFolder(), 'weights.safetensors');
  await writeSafetensors(weights, path, { dtype: 'F16' });
  const { __metadata__: metadata, ...tensors } = headerOf(path);
  expect(metadata).toEqual({ format: 'pixkin' });
  for (const [name, { dtype, data_offsets }] of Object.entries(tensors)) {
    expect(dtype, name).toBe(name.endsWith('kernel') ? 'F16' : 'F32');
    expect(data_offsets[0] % (dtype === 'F16' ? 2 : 4), name).toBe(0);
  }
  expect(Number(readFileSync(path).readBigUInt64LE()) % 8).toBe(0);
});

test('halves are rounded to the nearest', async () => {
  const path = join(temporaryFolder(), 'weights.safetensors');
  const numbers = [1 / 3, -1 / 3, 65504, 1e-8];
  await writeSafetensors(new Map([['dense', [variable('kernel', [2, 2], numbers)]]]), path, { dtype: 'F16' });
  expect((await read(path))[0]?.tensors[0]?.numbers).toEqual([0.333251953125, -0.333251953125, 65504, 0]);
});

test('a tensor larger than a piece is written whole, and asked for once', async () => {
  const path = join(temporaryFolder(), 'weights.safetensors');
  const numbers = Array.from({ length: 2 ** 20 + 5 }, (_, i) => i % 2048);
  let asked = 0;
  const kernel: VariableSpec & Tensor = {
    name: 'kernel',
    shape: [numbers.length],
    get data() {
      asked++;
      return Float32Array.from(numbers);
    },
  };
  await writeSafetensors(new Map([['dense', [kernel]]]), path, { dtype: 'F16' });
  expect(asked).toBe(1);
  expect((await read(path))[0]?.tensors[0]?.numbers).toEqual(numbers);
});

test('where it fails, what was there stays, and nothing is left beside it', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'weights.safetensors');
  writeFileSync(path, 'before');
  const tooLarge = new Map([['dense', [variable('bias', [1], [1]), variable('kernel', [1, 2], [1, 65520])]]]);
  await expect(writeSafetensors(tooLarge, path, { dtype: 'F16' })).rejects.toThrow(
    'dense/kernel: F16 holds numbers up to 65504; got 65520',
  );
  const another = new Map([['dense', [variable('kernel', [3], [1])]]]);
  await expect(writeSafetensors(another, path, { dtype: 'F32' })).rejects.toThrow('dense/kernel: ');
  expect(readdirSync(folder)).toEqual(['weights.safetensors']);
  expect(readFileSync(path, 'utf8')).toBe('before');
});

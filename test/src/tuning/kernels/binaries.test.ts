import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import wabt from 'wabt';
import { scatterBinary } from '../../../../src/tuning/kernels/scatter-wasm.ts';
import { sumsBinary } from '../../../../src/tuning/kernels/sums-wasm.ts';

test.each([
  ['sums.wat', sumsBinary],
  ['scatter.wat', scatterBinary],
])('the binary that is embedded is what %s assembles to', async (name, binary) => {
  const source = new URL(`../../../../src/tuning/kernels/${name}`, import.meta.url);
  const { parseWat } = await wabt();
  const module = parseWat(name, await readFile(source, 'utf8'), { simd: true });
  expect(Buffer.from(module.toBinary({}).buffer).toString('base64')).toBe(binary.join(''));
});

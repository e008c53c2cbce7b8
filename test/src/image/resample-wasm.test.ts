import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import wabt from 'wabt';
import { resampleBinary } from '../../../src/image/resample-wasm.ts';

test('the embedded binary is what its source assembles to', async () => {
  const source = new URL('../../../src/image/resample.wat', import.meta.url);
  const { parseWat } = await wabt();
  const module = parseWat('resample.wat', await readFile(source, 'utf8'), { simd: true });
  expect(Buffer.from(module.toBinary({}).buffer).toString('base64')).toBe(resampleBinary.join(''));
});

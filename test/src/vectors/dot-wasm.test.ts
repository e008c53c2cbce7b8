import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import wabt from 'wabt';
import { dotBinary } from '../../../src/vectors/dot-wasm.ts';

test('the embedded binary is what its source assembles to', async () => {
  const source = new URL('../../../src/vectors/dot.wat', import.meta.url);
  const { parseWat } = await wabt();
  const module = parseWat('dot.wat', await readFile(source, 'utf8'), { simd: true });
  expect(Buffer.from(module.toBinary({}).buffer).toString('base64')).toBe(dotBinary.join(''));
});

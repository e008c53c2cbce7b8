import { describe, expect, it } from 'vitest';
import { layerClasses } from '../../../../src/model/layers/index.ts';
import { toOnnx } from '../../../../src/model/to-onnx/index.ts';
import { type Case, cases, networkOf, pixelsOf } from './fixture.ts';
import { runOnnx } from './run.ts';

const names = ['embedding', 'classes'] as const;

/** Largest difference to Keras, as a part of the largest number. */
async function difference(given: Case, weights: 'f32' | 'f16'): Promise<number> {
  const [height, width] = given.size;
  const outputs = given.outputs.map(({ layer }, i) => {
    const [name, again] = given.layers[layer - 1]!;
    return { name: names[i]!, layer: name === 'again' ? `l${again}` : `l${layer}` };
  });
  const input = { ...given.input, width, height };
  const file = toOnnx(networkOf(given), { input, weights, outputs, name: 'case' });
  const results = await runOnnx(file, pixelsOf(given), given.size);
  const all = given.outputs.map(({ shape, numbers }, i) => {
    const { dims, data } = results[names[i]!]!;
    expect(dims).toEqual([2, ...shape]);
    const largest = Math.max(...numbers.map(Math.abs));
    return Math.max(...numbers.map((number, j) => Math.abs(number - data[j]!))) / largest;
  });
  return Math.max(...all);
}

describe('what ONNX Runtime makes of a compiled network is what Keras makes of it', () => {
  it.each(cases)('$title', async (given) => {
    expect(await difference(given, 'f32')).toBeLessThan(1e-5);
    // Half precision has 11 bits.
    expect(await difference(given, 'f16')).toBeLessThan(1e-2);
  });
});

it('every class of layers but one is among the networks', () => {
  const met = new Set(cases.flatMap(({ layers }) => layers.map(([name]) => name)));
  // Keras has no GeM, and the input is in every network.
  expect(layerClasses.filter((name) => !met.has(name))).toEqual(['InputLayer', 'GeM']);
});

import { expect, test } from 'vitest';
import { openWeights } from '../../../../src/model/weights/index.ts';
import { contents, dense, expected, fixture, nested, numbered, numbersOf, read, tiny } from './fixtures.ts';

test('weights alone are read layer by layer in the order of the model', async () => {
  expect(await read(fixture('legacy.h5'))).toEqual(expected(tiny));
});

test('a list of layers that is split over several attributes is put together', async () => {
  expect(await read(fixture('legacy-split.h5'))).toEqual(expected(tiny));
});

test('the first versions of Keras have other names: texts of fixed length, :0 after them, the layer within them', async () => {
  const named = (layer: string, name: string): string => `${layer}_${name === 'kernel' ? 'W' : name}_1`;
  expect(await read(fixture('legacy-oldest.h5'))).toEqual(expected(tiny, named));
});

test('a whole model gives its topology beside its weights', async () => {
  const file = await openWeights(fixture('tiny.h5'));
  expect(contents(file)).toEqual(expected(tiny));
  expect(file.topology).toMatchObject({ class_name: 'Functional', config: { name: 'tiny' } });
  file.close();
});

test('Keras 3 keeps variables by number, and the layers come in the order of the model', async () => {
  const file = await openWeights(fixture('tiny.weights.h5'));
  expect(contents(file)).toEqual(numbered(tiny));
  expect(file.topology).toBeUndefined();
  expect(file.layers.map((layer) => (layer as { key?: string }).key)).toEqual([
    'conv2d',
    'batch_normalization',
    'depthwise_conv2d',
    'separable_conv2d',
    'p_re_lu',
    'dense',
  ]);
  file.close();
});

test('layers of nested models stand where the nested model does, without optimiser, counters and second calls', async () => {
  expect(await read(fixture('nested.h5'))).toEqual(expected(nested));
  expect(await read(fixture('nested.weights.h5'))).toEqual(numbered(nested));
});

test.each(['float16', 'bfloat16', 'float64'])('%s is read as float32', async (dtype) => {
  const file = await openWeights(fixture(`${dtype}.weights.h5`));
  expect(contents(file)).toEqual(numbered(dense));
  expect(file.layers[0]?.tensors[0]?.read()).toBeInstanceOf(Float32Array);
  file.close();
});

test('a packed tensor larger than a slab is read piece by piece', async () => {
  const file = await openWeights(fixture('packed.h5'));
  const kernel = file.layers[0]!.tensors[0]!;
  expect(kernel.shape).toEqual([3000, 1000]);
  expect(
    Buffer.from(kernel.read().buffer).equals(Buffer.from(Float32Array.from(numbersOf(0, [3000, 1000])).buffer)),
  ).toBe(true);
  file.close();
});

test('files can be open at the same time, and be closed twice', async () => {
  const [one, other] = await Promise.all([openWeights(fixture('tiny.weights.h5')), openWeights(fixture('nested.h5'))]);
  expect(contents(other)).toEqual(expected(nested));
  other.close();
  expect(contents(one)).toEqual(numbered(tiny));
  one.close();
  one.close();
  expect(() => contents(one)).toThrow();
});

import { describe, expect, test } from 'vitest';
import { inspectNetwork } from '../../../src/model/inspect.ts';
import { normaliseConfig } from '../../../src/model/keras-config.ts';
import { inputShape, shapesOf } from '../../../src/model/layers/index.ts';
import type { NetworkConfig } from '../../../src/model/network.ts';
import { cutLayer, resizeInput, truncate, withEmbedding } from '../../../src/model/truncate.ts';
import { factsOf } from './keras-facts.ts';
import { classifier, input, layer, network } from './networks.ts';

const names = ({ config }: NetworkConfig): string[] => config.layers.map(({ name }) => name);
const dim = (config: NetworkConfig): readonly number[] | undefined =>
  shapesOf(config).get(config.config.output_layers[0][0]);

describe('without a layer named, the cut is where the top begins', () => {
  test.each([
    ['average pooling', [layer('pool', 'GlobalAveragePooling2D', ['sum'])]],
    ['Flatten', [layer('flat', 'Flatten', ['sum']), layer('hidden', 'Dense', ['flat'], { units: 7 })]],
    [
      'pooling that keeps dimensions, and Flatten',
      [layer('pool', 'GlobalMaxPooling2D', ['sum'], { keepdims: true }), layer('flat', 'Flatten', ['pool'])],
    ],
    [
      'pooling, a convolution, and Reshape',
      [
        layer('pool', 'GlobalAveragePooling2D', ['sum'], { keepdims: true }),
        layer('logits', 'Conv2D', ['pool'], { filters: 5, kernel_size: 1 }),
        layer('flat', 'Reshape', ['logits'], { target_shape: [5] }),
      ],
    ],
  ])('%s', (_, end) => {
    expect(cutLayer(classifier(end))).toBe('sum');
  });

  test('a picture of one pixel before Flatten was not pooled by anybody', () => {
    const small = resizeInput(classifier([layer('flat', 'Flatten', ['sum'])]), 1, 1);
    expect(cutLayer(small)).toBe('sum');
  });

  test('pooling inside a block is no top: that is not the only way', () => {
    const squeezed = network(
      input(8, 6),
      layer('conv', 'Conv2D', ['pixels'], { filters: 4, kernel_size: 3 }),
      layer('squeeze', 'GlobalAveragePooling2D', ['conv'], { keepdims: true }),
      layer('excite', 'Multiply', ['conv', 'squeeze']),
      layer('relu', 'ReLU', ['excite']),
    );
    expect(cutLayer(squeezed)).toBe('relu');
  });

  test('without a top it is the output', () => {
    expect(cutLayer(network(input(8, 6), layer('conv', 'Conv2D', ['pixels'], { filters: 4, kernel_size: 3 })))).toBe(
      'conv',
    );
  });

  test('where nothing tells, somebody has to name it', () => {
    const odd = network(input(8, 6), layer('vector', 'Reshape', ['pixels'], { target_shape: [144] }));
    expect(() => cutLayer(odd)).toThrow('expected a Flatten or pooling layer before the output of small');
  });
});

describe('truncating', () => {
  test.each([
    ['none', 'Flatten', [8 * 6 * 4]],
    ['avg', 'GlobalAveragePooling2D', [4]],
    ['max', 'GlobalMaxPooling2D', [4]],
    ['gem', 'GeM', [4]],
  ] as const)('%s appends %s and drops the top', (pooling, className, expected) => {
    const cut = truncate(classifier(), { pooling });
    expect(names(cut)).toEqual(['pixels', 'first', 'second', 'sum', 'embedding']);
    expect(cut.config.layers.at(-1)!.class_name).toBe(className);
    expect(cut.config.output_layers).toEqual([['embedding', 0, 0]]);
    expect(dim(cut)).toEqual(expected);
  });

  test('GeM has exponent 3 and floor 1e-6', () => {
    expect(truncate(classifier(), { pooling: 'gem' }).config.layers.at(-1)!.config).toMatchObject({
      p: 3,
      epsilon: 1e-6,
    });
  });

  test('any layer can be named; layers beside the way to it are dropped', () => {
    expect(names(truncate(classifier(), { layer: 'first', pooling: 'avg' }))).toEqual(['pixels', 'first', 'embedding']);
  });

  test('a layer that gives a vector is the output itself, and takes no pooling', () => {
    const cut = truncate(classifier(), { layer: 'pool', pooling: 'none' });
    expect(names(cut)).toEqual(['pixels', 'first', 'second', 'sum', 'pool']);
    expect(cut.config.output_layers).toEqual([['pool', 0, 0]]);
    expect(() => truncate(classifier(), { layer: 'pool', pooling: 'avg' })).toThrow(
      'pooling must be none after pool, which gives a vector (4); got avg',
    );
  });

  test('a name means the output with its activation, also where that became a layer of its own', () => {
    const nested = normaliseConfig(factsOf('nested').keras, 'nested');
    expect(names(truncate(nested, { layer: 'conv2d', pooling: 'avg' }))).toEqual([
      'input_layer',
      'true_divide',
      'subtract',
      'conv2d',
      'conv2d/activation',
      'embedding',
    ]);
  });

  test('a layer of the name embedding keeps it', () => {
    const taken = classifier([layer('embedding', 'Flatten', ['sum'])]);
    expect(names(withEmbedding(taken, { pooling: 'avg' })).at(-1)).toBe('embedding_1');
    expect(names(truncate(taken, { layer: 'embedding', pooling: 'none' })).at(-1)).toBe('embedding');
  });

  test('the whole network can keep its top beside the embedding', () => {
    const both = withEmbedding(classifier(), { pooling: 'max' });
    expect(names(both)).toEqual([...names(classifier()), 'embedding']);
    expect(both.config.output_layers).toEqual([['embedding', 0, 0]]);
  });

  test('of a layer that is called twice only the calls before the cut are left', () => {
    const shared = normaliseConfig(factsOf('shared').keras, 'shared');
    const cut = truncate(shared, { layer: 're_lu', pooling: 'avg' });
    expect(names(cut)).toEqual(['input_layer', 'conv2d', 're_lu', 'embedding']);
    expect(cut.config.layers[1]!.inbound_nodes).toEqual([[['input_layer', 0, 0, {}]]]);
    expect(() => truncate(shared, { layer: 'conv2d', pooling: 'avg' })).toThrow(
      'cut must be a layer that is called once and gives a picture or a vector; got conv2d (Conv2D, 8 x 8 x 3)',
    );
  });

  test('a layer that is not there is an error', () => {
    expect(() => truncate(classifier(), { layer: 'block9', pooling: 'avg' })).toThrow(
      'cut must be a layer of small; got block9',
    );
  });

  test.each([classifier(), normaliseConfig(factsOf('shared').keras, 'shared')])(
    'every layer that is said to be cuttable is, and no other',
    (config) => {
      for (const { name, cuttable } of inspectNetwork(config).layers) {
        const cut = () => truncate(config, { layer: name, pooling: 'none' });
        if (cuttable) expect(dim(cut())).toHaveLength(1);
        else expect(cut).toThrow('cut must be a layer');
      }
    },
  );
});

describe('resizing the input', () => {
  test('changes what it takes, and nothing else', () => {
    const resized = resizeInput(classifier(), 20, 10);
    expect(inputShape(resized)).toEqual([10, 20, 3]);
    expect(dim(truncate(resized, { pooling: 'none' }))).toEqual([10 * 20 * 4]);
    expect(resizeInput(resized, 6, 8)).toEqual(classifier());
  });

  test('gives a size to an input that is open', () => {
    const open = network(input(null, null), layer('flat', 'Flatten', ['pixels']));
    expect(dim(resizeInput(open, 4, 2))).toEqual([24]);
  });

  test('is refused where the size is none, or does not fit', () => {
    expect(() => resizeInput(classifier(), 0, 8)).toThrow('width must be a whole number of pixels from 1; got 0');
    expect(() => resizeInput(classifier(), 8, 1.5)).toThrow('height must be a whole number of pixels from 1; got 1.5');
    const fixed = network(input(8, 6), layer('vector', 'Reshape', ['pixels'], { target_shape: [144] }));
    expect(() => resizeInput(fixed, 9, 6)).toThrow(
      'layer vector (Reshape): target_shape must hold the numbers of 6 x 9 x 3',
    );
  });
});

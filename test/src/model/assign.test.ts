import { describe, expect, test } from 'vitest';
import { assignWeights } from '../../../src/model/assign.ts';
import { networkVariables } from '../../../src/model/layers/index.ts';
import type { LayerConfig, NetworkConfig, StoredLayer, StoredTensor, Weights } from '../../../src/model/network.ts';
import { truncate } from '../../../src/model/truncate.ts';
import { classifier, input, layer, network } from './networks.ts';

/** A tensor of one number, repeated. */
function tensor(name: string, shape: readonly number[], value: number): StoredTensor {
  const size = shape.reduce((product, item) => product * item, 1);
  return { name, shape, read: () => new Float32Array(size).fill(value) };
}

/** A file that fits a network; each tensor holds its number in the file, from 0. */
function fileOf(config: NetworkConfig): StoredLayer[] {
  let value = 0;
  return [...networkVariables(config)].map(([name, specs]) => ({
    layer: name,
    tensors: specs.map((spec) => tensor(spec.name, spec.shape, value++)),
  }));
}

const assign = (config: NetworkConfig, layers: readonly StoredLayer[], allowSurplus: readonly string[] = []): Weights =>
  assignWeights(config, { layers }, 'small.h5', { allowSurplus: new Set(allowSurplus) });
/** The first number of every variable, in the order of the layers. */
const values = (weights: Weights): unknown =>
  [...weights].map(([name, variables]) => [name, ...variables.map(({ data }) => data[0])]);
const renamed = (layers: readonly StoredLayer[], names: readonly string[]): StoredLayer[] =>
  layers.map((stored, index) => ({ ...stored, layer: names[index]! }));

const matched = [
  ['first', 0, 1],
  ['second', 2],
  ['classes', 3, 4],
];

describe('layers are matched', () => {
  test('by name, whatever their order', () => {
    expect(values(assign(classifier(), fileOf(classifier()).reverse()))).toEqual(matched);
  });

  test('by order where no name fits', () => {
    expect(values(assign(classifier(), renamed(fileOf(classifier()), ['a', 'b', 'c'])))).toEqual(matched);
  });

  test('never by order where the file has none', () => {
    const layers = renamed(fileOf(classifier()), ['a', 'b', 'c']);
    expect(() => assignWeights(classifier(), { layers, unordered: true }, 'others.safetensors')).toThrow(
      /^others\.safetensors: layer first: expected .*; got nothing/,
    );
  });

  test("by the last part of a name that begins with a nested model's, whatever their order", () => {
    const file = renamed(fileOf(classifier()), ['body/first', 'body/second', 'head/classes']);
    expect(values(assign(classifier(), file.reverse()))).toEqual(matched);
  });

  test('by automatic names that were numbered on in one process, whatever their order', () => {
    const conv = (name: string, from: string): LayerConfig =>
      layer(name, 'Conv2D', [from], { filters: 3, kernel_size: 1, use_bias: false });
    const chain = network(input(8, 6), conv('conv2d', 'pixels'), conv('conv2d_1', 'conv2d'), conv('top', 'conv2d_1'));
    const file = renamed(fileOf(chain), ['conv2d_9', 'conv2d_10', 'top']);
    expect(values(assign(chain, [file[1]!, file[2]!, file[0]!]))).toEqual([
      ['conv2d', 0],
      ['conv2d_1', 1],
      ['top', 2],
    ]);
  });

  test('by class and number, as the first versions of Keras 3 call them, whatever their order', () => {
    const file = renamed(fileOf(classifier()), ['conv2d', 'conv2d_1', 'dense']);
    expect(values(assign(classifier(), file.reverse()))).toEqual(matched);
  });
});

describe('within a layer variables are matched', () => {
  const norm = network(input(8, 6), layer('norm', 'BatchNormalization', ['pixels']));
  const named = (names: readonly string[]) => [
    { layer: 'norm', tensors: names.map((name, i) => tensor(name, [3], i)) },
  ];

  test('by name where all fit', () => {
    const found = assign(norm, named(['moving_variance', 'moving_mean', 'beta', 'gamma'])).get('norm')!;
    expect(found.map(({ name, data }) => [name, data[0]])).toEqual([
      ['gamma', 3],
      ['beta', 2],
      ['moving_mean', 1],
      ['moving_variance', 0],
    ]);
  });

  test('where the kernel of a depthwise convolution is called like any other', () => {
    const depthwise = network(input(8, 6), layer('depth', 'DepthwiseConv2D', ['pixels'], { kernel_size: 3 }));
    const [{ tensors }] = fileOf(depthwise) as [StoredLayer];
    const file = [{ layer: 'depth', tensors: [tensors[1]!, { ...tensors[0]!, name: 'kernel' }] }];
    expect(values(assign(depthwise, file))).toEqual([['depth', 0, 1]]);
  });

  test('else by order', () => {
    const found = assign(norm, named(['gamma_1', 'beta_1', 'running_mean_1', 'running_std_1'])).get('norm')!;
    expect(found.map(({ data }) => data[0])).toEqual([0, 1, 2, 3]);
  });

  test('without what is no weight: counts, and the state of random numbers', () => {
    const scaled = network(input(8, 6), layer('n', 'Normalization', ['pixels']));
    const file = [
      { layer: 'drop', tensors: [tensor('seed_generator_state', [2], 9)] },
      { layer: 'n', tensors: [tensor('0', [3], 1), tensor('1', [3], 2), tensor('2', [], 7)] },
      { layer: 'seed_generator', tensors: [tensor('0', [2], 9)] },
    ];
    expect(values(assign(scaled, file))).toEqual([['n', 1, 2]]);
  });
});

test('a layer of a normalisation without scale has one variable less', () => {
  const norm = network(input(8, 6), layer('norm', 'BatchNormalization', ['pixels'], { scale: false }));
  expect(
    assign(norm, fileOf(norm))
      .get('norm')!
      .map(({ name }) => name),
  ).toEqual(['beta', 'moving_mean', 'moving_variance']);
});

test('nothing is read before it is asked for, and one tensor at a time', () => {
  const reads: string[] = [];
  const file = fileOf(classifier()).map(({ layer: name, tensors }) => ({
    layer: name,
    tensors: tensors.map((stored) => ({
      ...stored,
      read: () => {
        reads.push(`${name}/${stored.name}`);
        return stored.read();
      },
    })),
  }));
  const weights = assign(classifier(), file);
  expect(reads).toEqual([]);
  expect(weights.get('second')![0]!.data).toHaveLength(16);
  expect(reads).toEqual(['second/kernel']);
});

describe('what does not fit is named', () => {
  const file = fileOf(classifier());
  const top = { layer: 'fc9', tensors: [tensor('kernel', [5, 2], 0), tensor('bias', [2], 0)] };

  test('a layer that is missing', () => {
    expect(() => assign(classifier(), file.slice(0, 2))).toThrow(
      'small.h5: layer classes: expected kernel 4 x 5, bias 5; got nothing',
    );
  });

  test('a layer too many', () => {
    expect(() => assign(classifier(), [...file, top])).toThrow(
      'small.h5: layer fc9: expected nothing; got kernel 5 x 2, bias 2',
    );
  });

  test('a layer that is there twice', () => {
    expect(() => assign(classifier(), [...file, file[0]!])).toThrow(
      'small.h5: layer first: expected once; got also kernel 3 x 3 x 3 x 4, bias 4',
    );
  });

  test('another shape', () => {
    const other = [
      { layer: 'first', tensors: [tensor('kernel', [3, 3, 1, 4], 0), tensor('bias', [4], 0)] },
      ...file.slice(1),
    ];
    expect(() => assign(classifier(), other)).toThrow(
      'small.h5: layer first: expected kernel 3 x 3 x 3 x 4, bias 4; got kernel 3 x 3 x 1 x 4, bias 4',
    );
  });

  test('a variable too few, where layers went by order', () => {
    const other = renamed(file, ['a', 'b', 'c']);
    expect(() =>
      assign(classifier(), [{ ...other[0]!, tensors: other[0]!.tensors.slice(1) }, ...other.slice(1)]),
    ).toThrow('small.h5: layer first (in the file a): expected kernel 3 x 3 x 3 x 4, bias 4; got bias 4');
  });

  test('no more than three problems', () => {
    expect(() => assign(classifier(), [top, { ...top, layer: 'fc10' }])).toThrow(/got nothing; .*; and 2 more$/);
  });
});

describe('the layers that a truncation dropped may be in the file', () => {
  const cut = truncate(classifier(), { layer: 'second', pooling: 'avg' });

  test('by name', () => {
    expect(values(assign(cut, fileOf(classifier()), ['classes']))).toEqual(matched.slice(0, 2));
  });

  test('by order, as many at the end', () => {
    const file = renamed(fileOf(classifier()), ['a', 'b', 'c']);
    expect(values(assign(cut, file, ['classes']))).toEqual(matched.slice(0, 2));
    expect(() => assign(cut, file)).toThrow('layer first: expected kernel 3 x 3 x 3 x 4, bias 4; got nothing');
  });

  test('but no others', () => {
    const file = renamed(fileOf(classifier()), ['first', 'second', 'fc9']);
    expect(() => assign(cut, file, ['classes'])).toThrow('layer fc9: expected nothing; got kernel 4 x 5, bias 5');
  });
});

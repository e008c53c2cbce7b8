import { describe, expect, it } from 'vitest';
import { networkVariables } from '../../../../src/model/layers/index.ts';
import type { LayerConfig, Network, NetworkConfig, Tensor, VariableSpec } from '../../../../src/model/network.ts';
import { type CompileOptions, toOnnx } from '../../../../src/model/to-onnx/index.ts';
import { input, layer, network } from '../networks.ts';
import { variable } from './fixture.ts';
import { runOnnx } from './run.ts';

const plain = { width: 6, height: 8, colour: 'rgb', scale: 1, mean: [0, 0, 0], std: [1, 1, 1] } as const;
const size = [8, 6] as const;
const pixels = Uint8Array.from({ length: 8 * 6 * 3 }, (_, i) => (i * 37) % 256);

type Fill = (spec: VariableSpec) => VariableSpec & Tensor;

function filled(config: NetworkConfig, fill: Fill = variable): Network {
  return { config, weights: new Map([...networkVariables(config)].map(([name, specs]) => [name, specs.map(fill)])) };
}

/** `data` is made when it is asked for. */
const late = (read: (spec: VariableSpec) => Float32Array): Fill => {
  return (spec) => ({
    ...spec,
    get data() {
      return read(spec);
    },
  });
};

const unread = (): never => {
  throw new Error('nothing must be read');
};

function compile(given: Network, o: Partial<CompileOptions> = {}): Uint8Array {
  const outputs = [{ name: 'embedding', layer: given.config.config.output_layers[0][0] }] as const;
  return toOnnx(given, { input: plain, weights: 'f32', outputs, name: 'net', ...o });
}

/** How often a text is in a file, such as the kind of a node. */
const count = (file: Uint8Array, text: string): number => Buffer.from(file).toString('latin1').split(text).length - 1;

const conv = (name: string, from: string, options: object = {}): LayerConfig =>
  layer(name, 'Conv2D', [from], { filters: 4, kernel_size: [3, 3], ...options });

const classifier = network(
  input(8, 6),
  conv('body', 'pixels', { use_bias: false }),
  layer('norm', 'BatchNormalization', ['body']),
  layer('pool', 'GlobalAveragePooling2D', ['norm']),
  layer('top', 'Dense', ['pool'], { units: 10, activation: 'softmax' }),
  layer('embedding', 'GlobalMaxPooling2D', ['norm']),
);

describe('a compiled network', () => {
  it('has both outputs, of which one may have the name of a layer', async () => {
    const outputs = [
      { name: 'embedding', layer: 'embedding' },
      { name: 'classes', layer: 'top' },
    ] as const;
    const { embedding, classes } = await runOnnx(compile(filled(classifier), { outputs }), pixels, size);
    expect(embedding?.dims).toEqual([1, 4]);
    expect(classes?.dims).toEqual([1, 10]);
    expect(classes?.data.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });

  it('gives one layer under two names', async () => {
    const outputs = [
      { name: 'embedding', layer: 'top' },
      { name: 'classes', layer: 'top' },
    ] as const;
    const { embedding, classes } = await runOnnx(compile(filled(classifier), { outputs }), pixels, size);
    expect(embedding).toEqual(classes);
  });

  it('leaves out what no output needs, and never reads its weights', () => {
    const untouched = late((spec) => (spec.shape.at(-1) === 10 ? unread() : variable(spec).data));
    expect(count(compile(filled(classifier, untouched)), 'top/')).toBe(0);
  });

  it('has the batch normalisation in the weights of the layer before', () => {
    expect(count(compile(filled(classifier)), 'BatchNormalization')).toBe(0);
    const outputs = [
      { name: 'embedding', layer: 'norm' },
      { name: 'classes', layer: 'body' },
    ] as const;
    expect(count(compile(filled(classifier), { outputs }), 'BatchNormalization')).toBe(1);
  });

  it('moves no numbers to flatten what was pooled: only the input is turned', () => {
    const turned = (...layers: LayerConfig[]): number =>
      count(compile(filled(network(input(8, 6), conv('a', 'pixels'), ...layers))), 'Transpose');
    expect(turned(layer('flat', 'Flatten', ['a']))).toBe(2);
    const pool = layer('pool', 'GlobalMaxPooling2D', ['a'], { keepdims: true });
    expect(turned(pool, layer('flat', 'Flatten', ['pool']))).toBe(1);
  });

  it('adds a border in the convolution after it', () => {
    const border = layer('border', 'ZeroPadding2D', ['pixels'], {
      padding: [
        [1, 0],
        [2, 1],
      ],
    });
    expect(count(compile(filled(network(input(8, 6), border, conv('a', 'border')))), 'border')).toBe(0);
  });

  it('pools as GeM says: the cube root of the mean cube of what is above epsilon', async () => {
    const given = network(input(8, 6), layer('gem', 'GeM', ['pixels'], { p: 3, epsilon: 1 }));
    const { embedding } = await runOnnx(
      compile(filled(given), { input: { ...plain, mean: [100, 0, 0] } }),
      pixels,
      size,
    );
    const red = pixels.filter((_, i) => i % 3 === 0);
    const cubes = [...red].map((byte) => Math.max(byte - 100, 1) ** 3);
    expect(embedding?.data[0]).toBeCloseTo((cubes.reduce((a, b) => a + b) / cubes.length) ** (1 / 3), 2);
  });

  it('is the same bytes every time', () => {
    expect(compile(filled(classifier))).toEqual(compile(filled(classifier)));
  });

  it('takes a batch of any size', async () => {
    const file = compile(filled(classifier));
    const alone = (await runOnnx(file, pixels, size)).embedding!;
    const three = await runOnnx(file, Uint8Array.of(...pixels, ...pixels, ...pixels), size);
    expect(three.embedding?.data).toEqual(Float32Array.of(...alone.data, ...alone.data, ...alone.data));
  });
});

describe('weights', () => {
  it('are read once, when they are written', () => {
    const reads: string[] = [];
    const counted = late((spec) => {
      reads.push(spec.name);
      return variable(spec).data;
    });
    compile(filled(classifier, counted), { outputs: [{ name: 'embedding', layer: 'top' }] });
    // The small ones are needed to know what the large ones are multiplied by.
    expect(reads.slice(-2)).toEqual(['kernel', 'kernel']);
    expect(reads).toHaveLength(7);
  });

  it('in half precision take half of the room', () => {
    const large = network(input(8, 6), conv('a', 'pixels', { filters: 256 }), conv('b', 'a', { filters: 256 }));
    const [full, half] = [compile(filled(large)), compile(filled(large), { weights: 'f16' })];
    expect(half.length / full.length).toBeCloseTo(0.5, 2);
  });

  it('that half precision does not reach stay in full', async () => {
    const large = (spec: VariableSpec) => ({ ...spec, data: variable(spec).data.map((each) => each * 1e5) });
    const given = filled(network(input(8, 6), conv('a', 'pixels')), large);
    const [full, half] = [compile(given), compile(given, { weights: 'f16' })];
    expect((await runOnnx(half, pixels, size)).embedding).toEqual((await runOnnx(full, pixels, size)).embedding);
  });

  it('that are too many for a file are refused before they are read', () => {
    const given = network(
      input(8, 6),
      layer('flat', 'Flatten', ['pixels']),
      layer('wide', 'Dense', ['flat'], { units: 40_000, use_bias: false }),
      layer('wider', 'Dense', ['wide'], { units: 40_000, use_bias: false }),
    );
    expect(() => compile(filled(given, late(unread)))).toThrow(/at most 2147483647 bytes/);
  });
});

describe('what cannot be compiled', () => {
  it.each<[string, Partial<CompileOptions>, string]>([
    [
      'an output that is no layer',
      { outputs: [{ name: 'embedding', layer: 'end' }] },
      'expected an output of the network; there is no layer end',
    ],
    [
      'pictures of another size',
      { input: { ...plain, width: 7 } },
      'layer pixels: expected pictures of 8 x 7 x 3; got 8 x 6 x 3',
    ],
  ])('says what was expected: %s', (_title, o, message) => {
    expect(() => compile(filled(classifier), o)).toThrow(
      expect.objectContaining({ code: 'backbone_invalid', message }),
    );
  });
});

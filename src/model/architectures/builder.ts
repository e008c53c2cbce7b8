/**
 * Writes a network layer by layer, in Keras' words: each function adds one layer to what is given and names its output.
 */
import type { LayerConfig, NetworkConfig } from '../network.ts';
import { kerasOrder } from './order.ts';

/** A layer's output: its name, since no layer is called twice here. */
export type Output = string;

/** Both sides, or height and width. */
export type Sides = number | readonly [height: number, width: number];

type Config = Readonly<Record<string, unknown>>;

interface ConvOptions {
  /** Numbered as in a fresh Keras process when left out: `conv2d`, `conv2d_1`, … */
  readonly name?: string;
  readonly kernel: Sides;
  /** 1 when left out. */
  readonly stride?: number;
  readonly padding?: 'valid' | 'same';
  /** With a bias when left out. */
  readonly bias?: boolean;
  readonly activation?: string;
}

interface PoolOptions {
  readonly name?: string;
  readonly size: number;
  readonly stride: number;
  readonly padding?: 'valid' | 'same';
}

interface NormOptions {
  readonly name?: string;
  readonly axis?: number;
  readonly momentum?: number;
  readonly epsilon?: number;
  readonly scale?: boolean;
}

const INPUT = 'input_layer';
const channelsLast = { data_format: 'channels_last' };
const both = (sides: Sides): readonly number[] => (typeof sides === 'number' ? [sides, sides] : sides);

function convConfig({ kernel, stride = 1, padding = 'valid', bias = true, activation = 'linear' }: ConvOptions) {
  return {
    kernel_size: both(kernel),
    strides: [stride, stride],
    padding,
    ...channelsLast,
    dilation_rate: [1, 1],
    activation,
    use_bias: bias,
  };
}

function poolConfig({ size, stride, padding = 'valid' }: PoolOptions) {
  return { pool_size: [size, size], strides: [stride, stride], padding, ...channelsLast };
}

/** Keras' names for layers without one: the class in snake case, numbered from the second on. */
function numbering(): (className: string) => string {
  const counts = new Map<string, number>();
  return (className) => {
    const base = className.replace(/(?<=[a-z])[A-Z]/g, '_$&').toLowerCase();
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    return count === 0 ? base : `${base}_${count}`;
  };
}

/** An empty network that takes three channels, and the functions that fill it. Names left out are numbered by class. */
export function graph(height: number, width: number) {
  const layers = new Map<string, LayerConfig>();
  const number = numbering();

  function add(className: string, inputs: readonly Output[], config: Config, name = number(className)): Output {
    const node = inputs.map((input) => [input, 0, 0, {}] as const);
    layers.set(name, {
      class_name: className,
      name,
      config: { name, ...config },
      inbound_nodes: inputs.length === 0 ? [] : [node],
    });
    return name;
  }

  return {
    input: add('InputLayer', [], { batch_input_shape: [null, height, width, 3], dtype: 'float32' }, INPUT),

    conv: (x: Output, o: ConvOptions & { readonly filters: number }) =>
      add('Conv2D', [x], { filters: o.filters, ...convConfig(o) }, o.name),
    depthwise: (x: Output, o: ConvOptions) =>
      add('DepthwiseConv2D', [x], { depth_multiplier: 1, ...convConfig(o) }, o.name),
    norm: (x: Output, { name, axis = 3, momentum = 0.99, epsilon = 1e-3, scale = true }: NormOptions) =>
      add('BatchNormalization', [x], { axis, momentum, epsilon, center: true, scale }, name),
    dense: (x: Output, o: { readonly name: string; readonly units: number; readonly activation: string }) =>
      add('Dense', [x], { units: o.units, activation: o.activation, use_bias: true }, o.name),

    activation: (x: Output, activation: string, name?: string) => add('Activation', [x], { activation }, name),
    relu6: (x: Output, name: string) => add('ReLU', [x], { max_value: 6, negative_slope: 0, threshold: 0 }, name),

    /** `[[above, below], [left, right]]` */
    pad: (x: Output, padding: readonly (readonly [number, number])[], name: string) =>
      add('ZeroPadding2D', [x], { padding, ...channelsLast }, name),
    maxPool: (x: Output, o: PoolOptions) => add('MaxPooling2D', [x], poolConfig(o), o.name),
    averagePool: (x: Output, o: PoolOptions) => add('AveragePooling2D', [x], poolConfig(o), o.name),
    globalAverage: (x: Output, { name, keepdims = false }: { readonly name?: string; readonly keepdims?: boolean }) =>
      add('GlobalAveragePooling2D', [x], { ...channelsLast, keepdims }, name),

    flatten: (x: Output, name: string) => add('Flatten', [x], channelsLast, name),
    reshape: (x: Output, shape: readonly number[], name: string) => add('Reshape', [x], { target_shape: shape }, name),
    dropout: (x: Output, rate: number, name: string) => add('Dropout', [x], { rate }, name),
    add: (inputs: readonly Output[], name: string) => add('Add', inputs, {}, name),
    concatenate: (inputs: readonly Output[], name?: string) => add('Concatenate', inputs, { axis: 3 }, name),

    /** The network whose output is `output`; layers that it does not need are left out. */
    end: (output: Output, name: string): NetworkConfig => ({
      class_name: 'Functional',
      config: {
        name,
        layers: kerasOrder(layers, output),
        input_layers: [[INPUT, 0, 0]],
        output_layers: [[output, 0, 0]],
      },
    }),
  };
}

/** What `graph` returns. */
export type Graph = ReturnType<typeof graph>;

/** TensorFlow.js in tests: which of its packages are here, and networks of one layer with the numbers that Keras gives. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { networkVariables } from '../../src/model/layers/index.ts';
import type { LayerConfig, Network, NetworkConfig, Weights } from '../../src/model/network.ts';
import type { TfjsBackend } from '../../src/runtime/tfjs-load.ts';

const packages = {
  'node-gpu': '@tensorflow/tfjs-node-gpu',
  node: '@tensorflow/tfjs-node',
  wasm: '@tensorflow/tfjs-backend-wasm',
  cpu: '@tensorflow/tfjs-backend-cpu',
} as const satisfies Record<Exclude<TfjsBackend, 'auto'>, string>;

/** Whether a backend's package is installed, and for a title why its tests are skipped. */
export function installed(backend: keyof typeof packages): { there: boolean; why: string } {
  const name = packages[backend];
  try {
    createRequire(import.meta.url).resolve(name);
    return { there: true, why: '' };
  } catch {
    return { there: false, why: ` (skipped: ${name} is not installed)` };
  }
}

/** TensorFlow writes to stderr, and takes all cores; both can be told only before it is loaded, by the environment. */
export function quietTensorFlow(): void {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  process.env.TF_NUM_INTRAOP_THREADS ??= '1';
  process.env.TF_NUM_INTEROP_THREADS ??= '1';
}

/** What `test/fixtures/layers.py` fills pictures and variables with: -2 to 2 in steps of 1/25. */
export function ramp(shape: readonly number[]): Float32Array {
  const length = shape.reduce((product, size) => product * size, 1);
  return Float32Array.from({ length }, (_, i) => (((i * 37 + 11) % 101) - 50) / 25);
}

type Layer = Pick<LayerConfig, 'class_name' | 'config'>;

/** One layer by itself: its variables are ramps too, variances made positive. */
export interface LayerCase {
  readonly title: string;
  readonly className: string;
  /** Its input is one picture `ramp(input)`, its output the layer `tested`. */
  readonly network: Network;
  readonly input: readonly number[];
  /** Keras' names of them, in its order. */
  readonly variables: readonly string[];
  /** What Keras gives. */
  readonly shape: readonly number[];
  readonly output: readonly number[];
}

/** The cases of `test/fixtures/layers.json`. */
export function layerCases(): LayerCase[] {
  const file = join(import.meta.dirname, '../fixtures/layers.json');
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
    cases: (Omit<LayerCase, 'network' | 'className'> & { layer: Layer; second?: Layer })[];
  };
  return cases.map(({ layer, second, ...rest }) => {
    const config = networkOf(rest.input, [
      ...(second ? [{ ...second, name: 'second', inputs: ['picture'] }] : []),
      { ...layer, name: 'tested', inputs: second ? ['picture', 'second'] : ['picture'] },
    ]);
    return { ...rest, className: layer.class_name, network: { config, weights: filled(config) } };
  });
}

/** A network of layers that are called once, after an input `picture`; the last one is the output. */
export function networkOf(
  input: readonly number[],
  layers: readonly (Layer & { readonly name: string; readonly inputs: readonly string[] })[],
): NetworkConfig {
  const picture: LayerConfig = {
    class_name: 'InputLayer',
    name: 'picture',
    config: { name: 'picture', batch_input_shape: [null, ...input], dtype: 'float32' },
    inbound_nodes: [],
  };
  const others = layers.map(({ class_name, config, name, inputs }): LayerConfig => {
    const call = inputs.map((from) => [from, 0, 0, {}] as const);
    return { class_name, name, config: { name, ...config }, inbound_nodes: [call] };
  });
  return {
    class_name: 'Functional',
    config: {
      name: 'test',
      layers: [picture, ...others],
      input_layers: [['picture', 0, 0]],
      output_layers: [[layers.at(-1)!.name, 0, 0]],
    },
  };
}

/** Every variable a ramp, variances positive. */
export function filled(config: NetworkConfig): Weights {
  const variables = [...networkVariables(config)].map(([layer, specs]) => {
    const tensors = specs.map(({ name, shape }) => {
      const data = ramp(shape);
      return { name, shape, data: name.endsWith('variance') ? data.map((value) => Math.abs(value) + 0.25) : data };
    });
    return [layer, tensors] as const;
  });
  return new Map(variables);
}

import { beforeAll, describe, expect, it } from 'vitest';
import type { LayerConfig, Network } from '../../../../src/model/network.ts';
import { type Tf, toTfjs } from '../../../../src/model/to-tfjs/index.ts';
import { loadTfjs } from '../../../../src/runtime/tfjs-load.ts';
import { filled, networkOf, ramp } from '../../../support/tfjs.ts';

type Tensor = ReturnType<Tf['tensor']>;
type Scalar = ReturnType<Tf['scalar']>;

// Wasm has no gradients of convolutions.
let tf: Tf;
beforeAll(async () => {
  ({ tf } = await loadTfjs('cpu'));
});

function run(network: Network, input: readonly number[], outputs: readonly string[]): number[][] {
  const model = toTfjs(tf, network, outputs);
  const size = Math.sqrt(input.length / 3);
  const made = tf.tidy(() =>
    [model.predict(tf.tensor([...input], [1, size, size, 3]))].flat().map((tensor) => [...tensor.dataSync()]),
  );
  model.dispose();
  return made;
}

/** A layer that is called on the picture, and again on what it made of it. */
function calledTwice(output: [layer: string, node: number]): Network {
  const dense: LayerConfig = {
    class_name: 'Dense',
    name: 'shared',
    config: { units: 3, use_bias: false },
    inbound_nodes: [[['doubled', 0, 0, {}]], [['squared', 0, 0, {}]]],
  };
  const { config } = networkOf(
    [1, 1, 3],
    [
      { class_name: 'Rescaling', name: 'doubled', config: { scale: 2 }, inputs: ['picture'] },
      { class_name: 'Multiply', name: 'squared', config: {}, inputs: ['shared', 'shared'] },
    ],
  );
  const [picture, doubled, squared] = config.layers as [LayerConfig, LayerConfig, LayerConfig];
  const kernel = { name: 'kernel', shape: [3, 3], data: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 3, 0) };
  return {
    config: {
      class_name: 'Functional',
      config: { ...config, layers: [picture, doubled, dense, squared], output_layers: [[output[0], output[1], 0]] },
    },
    weights: new Map([['shared', [kernel]]]),
  };
}

describe('a layer that is called twice', () => {
  it('has one set of variables, and gives the call that is the output of the network', () => {
    // (a, b, c) -> (a, 3 c, b) of the doubled picture, squared, and the same again.
    expect(run(calledTwice(['shared', 1]), [1, 2, 3], ['shared'])).toEqual([[4, 3 * 16, 18 * 18]]);
    const model = toTfjs(tf, calledTwice(['shared', 1]), ['shared']);
    expect(model.weights).toHaveLength(1);
    model.dispose();
  });

  it('gives its first call where it is not the output', () => {
    expect(run(calledTwice(['squared', 0]), [1, 2, 3], ['shared', 'squared'])).toEqual([
      [2, 18, 4],
      [4, 18 * 18, 16],
    ]);
  });
});

it('layers keep their names, but for what TF.js does not take in one', () => {
  const names = ['conv/1', '_pool', '!', 'x_', 'über-flat'];
  const layers = names.map((name, i) => ({
    class_name: 'Activation',
    name,
    config: { activation: 'relu' },
    inputs: [i === 0 ? 'picture' : names[i - 1]!],
  }));
  const config = networkOf([1, 1, 3], layers);
  const model = toTfjs(tf, { config, weights: filled(config) }, ['über-flat']);
  expect(model.layers.map(({ name }) => name)).toEqual(['picture', 'conv/1', 'x_pool', 'x__1', 'x_', 'x_ber-flat']);
  model.dispose();
});

it('a model can be trained: gradients reach every variable through the classes that only pixkin has', () => {
  const conv = { filters: 4, kernel_size: [2, 2], groups: 2, activation: 'gelu' };
  const config = networkOf(
    [4, 4, 4],
    [
      { class_name: 'Normalization', name: 'normal', config: {}, inputs: ['picture'] },
      { class_name: 'Conv2D', name: 'grouped', config: conv, inputs: ['normal'] },
      { class_name: 'ELU', name: 'curved', config: { alpha: 0.5 }, inputs: ['grouped'] },
      { class_name: 'Subtract', name: 'less', config: {}, inputs: ['curved', 'grouped'] },
      { class_name: 'UpSampling2D', name: 'larger', config: { interpolation: 'bilinear' }, inputs: ['less'] },
      { class_name: 'GeM', name: 'pooled', config: {}, inputs: ['larger'] },
      { class_name: 'UnitNormalization', name: 'unit', config: {}, inputs: ['pooled'] },
    ],
  );
  const model = toTfjs(tf, { config, weights: filled(config) }, ['unit']);
  const trainable = model.trainableWeights.map(({ originalName }) => originalName);
  expect(trainable).toEqual(['grouped/kernel', 'grouped/bias']);
  expect(model.nonTrainableWeights.map(({ originalName }) => originalName)).toEqual(['normal/mean', 'normal/variance']);

  const largest = tf.tidy(() => {
    const x = tf.tensor(ramp([2, 4, 4, 4]), [2, 4, 4, 4]);
    const loss = () => tf.sum<Scalar>(tf.mul(model.apply(x, { training: true }) as Tensor, [1, 2, 3, 4]));
    const { grads } = tf.variableGrads(loss);
    return Object.values(grads).map((gradient) => tf.max(tf.abs(gradient)).dataSync()[0]!);
  });
  expect(largest).toHaveLength(2);
  for (const size of largest) expect(size).toBeGreaterThan(1e-4);
  model.dispose();
});

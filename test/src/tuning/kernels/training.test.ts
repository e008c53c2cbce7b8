import { expect, it } from 'vitest';
import { toTfjs } from '../../../../src/model/to-tfjs/index.ts';
import { filled, networkOf, ramp } from '../../../support/tfjs.ts';
import { loadBoth, type Tensor } from './both.ts';

const [size, batch, classes] = [12, 6, 3];

it('twenty steps of training on wasm lose what they lose on cpu', async () => {
  const tf = await loadBoth();
  const one = (class_name: string, name: string, from: string, config: object) => ({
    class_name,
    name,
    config: { ...config },
    inputs: [from],
  });
  const config = networkOf(
    [size, size, 3],
    [
      one('Conv2D', 'stem', 'picture', { filters: 8, kernel_size: 3, strides: 2, padding: 'same', use_bias: false }),
      one('BatchNormalization', 'stem_norm', 'stem', {}),
      one('ReLU', 'stem_relu', 'stem_norm', { max_value: 6 }),
      one('DepthwiseConv2D', 'depthwise', 'stem_relu', { kernel_size: 3, padding: 'same' }),
      one('BatchNormalization', 'norm', 'depthwise', {}),
      one('Activation', 'relu', 'norm', { activation: 'relu6' }),
      one('Conv2D', 'project', 'relu', { filters: 12, kernel_size: 1 }),
      one('MaxPooling2D', 'smaller', 'project', { pool_size: 2, strides: 2 }),
      one('GlobalAveragePooling2D', 'pool', 'smaller', {}),
      one('Dense', 'logits', 'pool', { units: classes }),
    ],
  );

  async function losses(backend: 'wasm' | 'cpu'): Promise<number[]> {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    const weights = new Map([...filled(config)].map(([name, tensors]) => [name, tensors.map(smaller)]));
    const model = toTfjs(tf, { config, weights }, ['logits']);
    const pictures = tf.tensor(ramp([batch, size, size, 3]), [batch, size, size, 3]);
    const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'), classes);
    const descent = tf.train.sgd(0.05);
    const made = Array.from({ length: 20 }, () =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(() => {
          const logits = model.apply(pictures, { training: true }) as Tensor;
          return tf.losses.softmaxCrossEntropy(labels, logits);
        });
        descent.applyGradients(grads);
        return value.dataSync()[0]!;
      }),
    );
    descent.dispose();
    tf.dispose([pictures, labels]);
    model.dispose();
    expect(tf.memory().numTensors - before).toBe(1);
    return made;
  }

  const expected = await losses('cpu');
  expect(expected.at(-1)! / expected[0]!).toBeLessThan(0.9);
  const made = await losses('wasm');
  for (const [step, loss] of expected.entries())
    expect(Math.abs(made[step]! - loss), `step ${step}`).toBeLessThan(1e-4);
});

/** As small as a network's weights are before training; statistics stay. */
function smaller<T extends { name: string; data: Float32Array }>(tensor: T): T {
  return tensor.name === 'kernel' || tensor.name === 'depthwise_kernel'
    ? { ...tensor, data: tensor.data.map((value) => value / 4) }
    : tensor;
}

import { beforeAll, describe, expect, it } from 'vitest';
import type { Tf } from '../../../../src/model/to-tfjs/index.ts';
import { ramp } from '../../../support/tfjs.ts';
import { expectSame, loadBoth, type Tensor } from './both.ts';

type Pair = [number, number];
const cases: [input: [number, number, number, number], window: Pair, strides: Pair, padding: 'same' | 'valid'][] = [
  [[2, 8, 8, 4], [2, 2], [2, 2], 'valid'],
  [[2, 9, 7, 5], [2, 2], [2, 2], 'same'],
  [[2, 9, 10, 13], [3, 3], [2, 2], 'same'],
  [[1, 9, 10, 8], [3, 3], [1, 1], 'same'],
  [[2, 9, 10, 3], [3, 2], [1, 3], 'valid'],
  [[3, 5, 6, 9], [5, 6], [1, 1], 'valid'],
  [[1, 4, 4, 1], [1, 1], [2, 2], 'same'],
];
const title = 'input %j, window %j, strides %j, padding %j';

let tf: Tf;
beforeAll(async () => {
  tf = await loadBoth();
});

/** The gradient of a weighted sum of what `pool` makes of numbers of which many are equal, shifted. */
function gradient(pool: (x: Tensor) => Tensor, input: number[], shift = 0): Tensor {
  return tf.tidy(() => {
    const loss = (x: Tensor) => {
      const y = pool(x);
      return tf.sum(tf.mul(y, tf.tensor(ramp(y.shape).toReversed(), y.shape)));
    };
    const numbers = ramp(input).map((value) => Math.round(value) + shift);
    return tf.grad(loss as (x: Tensor) => Tensor)(tf.tensor(numbers, input));
  });
}

describe('the gradient of maxPool on wasm is that on cpu, also where all numbers are below 0', () => {
  it.each(cases)(title, async (input, window, strides, padding) => {
    const pool = (x: Tensor) => tf.maxPool(x as never, window, strides, padding) as Tensor;
    await expectSame(tf, () => [gradient(pool, input), gradient(pool, input, -3)]);
  });
});

describe('the gradient of avgPool on wasm is that of its definition', () => {
  it.each(cases)(title, async (input, window, strides, padding) => {
    // On cpu, the same as sums of the pixels in the picture, divided by their number.
    const average = (x: Tensor) => {
      const kernel = tf.ones([...window, input[3], 1]);
      const sum = (of: Tensor) => tf.depthwiseConv2d(of as never, kernel as never, strides, padding);
      return tf.div(sum(x), sum(tf.ones(input))) as Tensor;
    };
    const pool = (x: Tensor) =>
      tf.getBackend() === 'cpu' ? average(x) : (tf.avgPool(x as never, window, strides, padding) as Tensor);
    await expectSame(tf, () => [gradient(pool, input)]);
  });
});

it('each share of an average goes to a pixel in the picture', async () => {
  await tf.setBackend('wasm');
  const back = gradient((x) => tf.avgPool(x as never, 3, 1, 'same') as Tensor, [1, 2, 2, 1]);
  const sum = ramp([4]).reduce((total, value) => total + value, 0);
  for (const value of back.dataSync()) expect(value).toBeCloseTo(sum / 4, 5);
  back.dispose();
});

import { beforeAll, describe, expect, it } from 'vitest';
import type { Tf } from '../../../../src/model/to-tfjs/index.ts';
import { ramp } from '../../../support/tfjs.ts';
import { expectSame, loadBoth, type Tensor } from './both.ts';

type Window = [height: number, width: number];
type Padding = 'same' | 'valid' | [Window, Window, Window, Window];
/** The last one: channels of the output, or for each channel of the input. */
type Case = [input: [number, number, number, number], window: Window, strides: Window, padding: Padding, out: number];

const uneven: Padding = [
  [0, 0],
  [2, 0],
  [1, 3],
  [0, 0],
];

const cases: Case[] = [
  [[1, 1, 1, 1], [1, 1], [1, 1], 'same', 1],
  [[3, 9, 7, 5], [1, 1], [1, 1], 'same', 6],
  [[2, 12, 13, 16], [1, 1], [1, 1], 'valid', 24],
  [[2, 7, 8, 8], [1, 1], [2, 2], 'same', 8],
  [[1, 5, 5, 4], [1, 1], [3, 2], 'valid', 3],
  [[2, 10, 11, 3], [3, 3], [1, 1], 'same', 8],
  [[2, 8, 9, 7], [3, 3], [1, 1], 'valid', 9],
  [[2, 11, 12, 12], [3, 3], [2, 2], 'same', 17],
  [[2, 11, 12, 5], [3, 3], [2, 2], 'valid', 2],
  [[1, 12, 12, 6], [5, 5], [1, 1], 'same', 8],
  [[1, 13, 12, 4], [5, 5], [2, 2], 'same', 4],
  [[1, 9, 9, 3], [7, 7], [2, 2], 'same', 8],
  [[2, 9, 8, 5], [1, 7], [1, 1], 'same', 3],
  [[2, 9, 8, 8], [3, 1], [1, 1], 'same', 8],
  [[2, 8, 9, 4], [2, 3], [3, 1], 'same', 5],
  [[1, 8, 8, 4], [2, 2], [3, 3], 'valid', 5],
  [[1, 3, 3, 4], [5, 5], [1, 1], 'same', 8],
  [[2, 7, 7, 4], [3, 3], [2, 2], uneven, 5],
  [[2, 6, 7, 3], [2, 2], [1, 1], uneven, 8],
  [[1, 2, 140, 9], [3, 3], [1, 1], 'same', 8],
];
const title = 'input %j, window %j, strides %j, padding %j, %i channels';

let tf: Tf;
beforeAll(async () => {
  tf = await loadBoth();
});

/** Gradients with respect to the pictures and to the kernel of what a convolution makes, in a weighted sum. */
function gradients(convolve: (x: Tensor, kernel: Tensor) => Tensor, input: number[], kernel: number[]): Tensor[] {
  return tf.tidy(() => {
    const loss = (x: Tensor, w: Tensor) => {
      const y = convolve(x, w);
      return tf.sum(tf.mul(y, tf.tensor(ramp(y.shape).toReversed(), y.shape)));
    };
    return tf.grads(loss as (...x: Tensor[]) => Tensor)([
      tf.tensor(ramp(input), input),
      tf.tensor(ramp(kernel), kernel),
    ]);
  });
}

describe('gradients of conv2d on wasm are those on cpu', () => {
  it.each(cases)(title, async (input, window, strides, padding, out) => {
    const convolve = (x: Tensor, w: Tensor) => tf.conv2d(x as never, w as never, strides, padding) as Tensor;
    await expectSame(tf, () => gradients(convolve, input, [...window, input[3], out]));
  });
});

describe('gradients of depthwiseConv2d on wasm are those on cpu', () => {
  // One channel of the output for each of the input, as most networks have; and two, three, ...
  const depthwise = cases.flatMap(([input, window, strides, padding, out]): Case[] => [
    [input, window, strides, padding, 1],
    [input, window, strides, padding, 2 + (out % 2)],
  ]);
  it.each(depthwise)(title, async (input, window, strides, padding, out) => {
    const convolve = (x: Tensor, w: Tensor) => tf.depthwiseConv2d(x as never, w as never, strides, padding) as Tensor;
    await expectSame(tf, () => gradients(convolve, input, [...window, input[3], out]));
  });
});

it('channels that come first are refused', async () => {
  await tf.setBackend('wasm');
  const [x, dy] = [tf.zeros([1, 2, 4, 4]), tf.zeros([1, 3, 4, 4])];
  const attributes = { strides: 1, pad: 'same', dataFormat: 'NCHW', filterShape: [1, 1, 2, 3] };
  expect(() => tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, attributes)).toThrow(
    'Conv2DBackpropFilter on wasm: dataFormat must be NHWC; got NCHW',
  );
  tf.dispose([x, dy]);
});

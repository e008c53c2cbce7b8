import { beforeAll, describe, expect, it } from 'vitest';
import type { Tf } from '../../../../src/model/to-tfjs/index.ts';
import { modulesOf, type WasmBackend } from '../../../../src/tuning/kernels/backend.ts';
import { registerGradients } from '../../../../src/tuning/kernels/index.ts';
import { ramp } from '../../../support/tfjs.ts';
import { expectSame, loadBoth, type Tensor } from './both.ts';

let tf: Tf;
beforeAll(async () => {
  tf = await loadBoth();
});

const names = ['Conv2DBackpropFilter', 'Conv2DBackpropInput', 'MaxPoolGrad', 'Sum'];

it('registered again, kernels stay as they are; those of other backends were never touched', () => {
  const kernels = () => ['wasm', 'cpu'].flatMap((backend) => names.map((name) => tf.getKernel(name, backend)));
  const before = kernels();
  const gradient = tf.getGradient('ClipByValue');
  registerGradients(tf);
  registerGradients({ ...tf });
  expect(kernels()).toEqual(before);
  expect(new Set(before).size).toBe(8);
  expect(tf.getGradient('ClipByValue')).toBe(gradient);
});

it('nothing is registered where the backend wasm is not loaded', () => {
  const untouched = { engine: () => ({}), getKernel: () => undefined, getGradient: () => ({}) };
  expect(() => registerGradients(untouched as unknown as Tf)).not.toThrow();
});

it('a backend that does not show its memory is refused', () => {
  expect(() => modulesOf({ wasm: {} } as WasmBackend)).toThrow(
    expect.objectContaining({
      code: 'device_unavailable',
      message:
        'training on wasm needs @tensorflow/tfjs-backend-wasm 4.22, in whose memory it works; another version is installed',
    }),
  );
});

describe('what is faster gives the same', () => {
  it.each<[number | number[] | undefined, boolean, number[]]>([
    [[0, 1, 2], false, [3, 5, 9, 11]],
    [[2, -4, 1], true, [3, 5, 9, 11]],
    [0, false, [300, 8]],
    [[0, 1], true, [2, 3, 4, 5]],
    // Summed as before:
    [[1, 2], false, [3, 5, 9, 11]],
    [-1, true, [3, 5]],
    [undefined, false, [3, 5]],
    [0, false, [7]],
  ])('sum over %j, keeping sizes: %j, of %j', async (axis, keep, shape) => {
    await expectSame(tf, () => tf.tidy(() => [tf.sum(tf.tensor(ramp(shape), shape), axis, keep) as Tensor]));
  });

  it('sum of whole numbers and of nothing', async () => {
    await tf.setBackend('wasm');
    expect([...tf.sum(tf.tensor([1, 2, 3, 4], [2, 2], 'int32'), 0).dataSync()]).toEqual([4, 6]);
    expect([...tf.sum(tf.zeros([0, 2]), 0).dataSync()]).toEqual([0, 0]);
  });

  it.each([1, 4, 7, 101])('the gradient of clipByValue, limits and %i numbers', async (count) => {
    const clip = (x: Tensor) => tf.clipByValue(x, -1, 1.2);
    const gradient = () =>
      tf.tidy(() => [tf.grad(clip)(tf.tensor([1.2, ...ramp([count])]), tf.tensor([3, ...ramp([count])]))]);
    await expectSame(tf, gradient);
  });
});

import { beforeAll, describe, it } from 'vitest';
import type { Network } from '../../../../src/model/network.ts';
import { type Tf, toTfjs } from '../../../../src/model/to-tfjs/index.ts';
import { layerCases, ramp } from '../../../support/tfjs.ts';
import { expectSame, loadBoth } from './both.ts';

/** `checkTrainable` refuses the first two. TF.js' layer needs both gamma and beta for its gradient: `batch-norm.ts` does not. */
const untrained = new Set([
  'Conv2D, VALID, dilated, without bias',
  'DepthwiseConv2D, dilated',
  'BatchNormalization without gamma',
  'BatchNormalization without beta',
]);
/** Wrong on TF.js' backend cpu, too: pools.test.ts has it. */
const elsewhere = 'AveragePooling2D, SAME: the border does not count';
/** TF.js' backend cpu takes the first picture's gradient for all others. */
const single = new Set(['UpSampling2D, nearest']);

describe('gradients of every class of layers on wasm are those on cpu', () => {
  let tf: Tf;
  beforeAll(async () => {
    tf = await loadBoth();
  });

  /** Of a weighted sum of the output, with respect to the picture and to every variable. */
  function gradients(network: Network, input: readonly number[]) {
    const model = toTfjs(tf, network, ['tested']);
    const made = tf.tidy(() => {
      const picture = tf.variable(tf.tensor(ramp(input), [...input]));
      const { grads } = tf.variableGrads(() => {
        const output = model.apply(picture) as ReturnType<Tf['tensor']>;
        const weights = tf.tensor(ramp(output.shape).toReversed(), output.shape);
        return tf.sum<ReturnType<Tf['scalar']>>(tf.mul(output, weights));
      });
      picture.dispose();
      return Object.values(grads);
    });
    model.dispose();
    return made;
  }

  const cases = layerCases().filter(({ title }) => !untrained.has(title) && title !== elsewhere);
  it.each(cases)('$title', async ({ title, network, input }) => {
    await expectSame(tf, () => gradients(network, [single.has(title) ? 1 : 2, ...input]));
  });
});

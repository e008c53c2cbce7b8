import { describe, expect, test } from 'vitest';
import type { Network } from '../../src/model/network.ts';
import { openTfjs, openTfjsSession, type TfjsInput } from '../../src/runtime/tfjs.ts';
import { loadTfjs, type TfjsBackend } from '../../src/runtime/tfjs-load.ts';
import { filled, networkOf } from '../support/tfjs.ts';
import { sessionContract, steps } from './session.ts';

const input: TfjsInput = { width: 4, height: 3, colour: 'rgb', scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] };

/** Every backend of TF.js must pass: the contract of sessions, several outputs, and no tensor left behind. */
export function tfjsSessionContract(backend: TfjsBackend): void {
  describe('a session', () => {
    sessionContract((network, o) => openTfjsSession(network, o, { backend }));
  });

  test('the number of tensors is the same after 200 pictures, and after closing what it was before', async () => {
    const { tf } = await loadTfjs(backend);
    const before = tf.memory().numTensors;
    const session = await openTfjsSession(branched(), input, { backend });
    await session.run([steps(0)]);
    const open = tf.memory().numTensors;
    expect(open).toBeGreaterThan(before);
    for (let i = 0; i < 200; i += 5) await session.run([0, 1, 2, 3, 4].map((j) => steps(i + j)));
    expect(tf.memory().numTensors).toBe(open);
    const small = steps(0, 1, { width: 3, height: 4 });
    await expect(session.run([small])).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(open);
    await session.close();
    await session.close();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('several outputs come in the order in which they were asked for, from one run', async () => {
    const outputs = ['classes', 'embedding'];
    const network = await openTfjs(branched(), input, outputs, { backend });
    const pictures = [steps(0), steps(70, 3)];
    const both = await network.run(pictures);
    expect(network.dims).toEqual([2, 5]);
    network.close();
    for (const [i, output] of outputs.entries()) {
      const session = await openTfjsSession(branched(), input, { backend, output });
      expect(session.dim).toBe([2, 5][i]);
      expect(await session.run(pictures)).toEqual(both.map((vectors) => ({ vector: vectors[i] })));
      await session.close();
    }
    for (const [classes] of both) expect(classes!.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
  });

  test('what an output does not need is neither built nor asked for', async () => {
    const { config, weights } = branched();
    const bare = new Map([...weights].filter(([layer]) => layer !== 'classes'));
    const session = await openTfjsSession({ config, weights: bare }, input, { backend, output: 'embedding' });
    expect(await session.run([steps(0)])).toHaveLength(1);
    await session.close();
  });

  test.each<[string, (network: Network) => Network, string]>([
    [
      'a layer without its variables',
      ({ config }) => ({ config, weights: new Map() }),
      'layer seen: expected the variable kernel [3, 3, 3, 5]; got none',
    ],
    [
      'a variable of another shape',
      ({ config, weights }) => ({
        config,
        weights: new Map([...weights, ['classes', turned(weights.get('classes')!)]]),
      }),
      'layer classes: expected the variable kernel [5, 2]; got [2, 5]',
    ],
  ])('%s is an error that names it, and no tensor is left', async (_title, change, message) => {
    const { tf } = await loadTfjs(backend);
    const before = tf.memory().numTensors;
    const opening = openTfjsSession(change(branched()), input, { backend });
    await expect(opening).rejects.toMatchObject({ code: 'backbone_invalid', message });
    expect(tf.memory().numTensors).toBe(before);
  });

  test('an output that is no layer is an error', async () => {
    const opening = openTfjsSession(branched(), input, { backend, output: 'fc1' });
    await expect(opening).rejects.toMatchObject({
      code: 'backbone_invalid',
      message: 'expected a layer fc1 of the network; there is none',
    });
  });
}

function turned<T extends { readonly shape: readonly number[] }>(variables: readonly T[]): T[] {
  return variables.map((variable) => ({ ...variable, shape: variable.shape.toReversed() }));
}

/** A pooled branch beside the network's own output, and a layer that TF.js lacks. */
function branched(): Network {
  const conv = { filters: 5, kernel_size: [3, 3], padding: 'same', activation: 'swish' };
  const config = networkOf(
    [3, 4, 3],
    [
      { class_name: 'Conv2D', name: 'seen', config: conv, inputs: ['picture'] },
      { class_name: 'GeM', name: 'embedding', config: {}, inputs: ['seen'] },
      { class_name: 'BatchNormalization', name: 'normal', config: {}, inputs: ['embedding'] },
      { class_name: 'Dense', name: 'classes', config: { units: 2, activation: 'softmax' }, inputs: ['normal'] },
    ],
  );
  return { config, weights: filled(config) };
}

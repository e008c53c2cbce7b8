import { describe, expect, test } from 'vitest';
import { callsOf } from '../../../src/model/calls.ts';
import { openGraph, trainable } from '../../../src/tuning/graph.ts';
import { requireGradients, splitNetwork } from '../../../src/tuning/trained-part.ts';
import { layerCases } from '../../support/tfjs.ts';
import { noise, trainableWasm } from './tensors.ts';

const tf = await trainableWasm();
const isDilated = (title: string): boolean => title.includes('dilated');

describe('gradients go through every class of layers on wasm', () => {
  test.each(layerCases().filter(({ title }) => !isDilated(title)))('$title', ({ network, input }) => {
    const { config, weights } = network;
    const graph = openGraph(tf, config, new Map(weights));
    const names = new Set(config.config.layers.map(({ name }) => name));
    const variables = trainable(graph.parameters(names)).map(({ variable }) => variable);
    const size = input.reduce((product, edge) => product * edge, 1);
    const x = tf.variable(tf.tensor(noise(2 * size, 1), [2, ...input]));
    const { grads } = tf.variableGrads(() => {
      const tensors = graph.run(callsOf(config).slice(1), new Map([['picture', x]]), { trained: names });
      return tf.sum(tf.square(tensors.get('tested')!));
    }, [x, ...variables]);
    expect(Object.keys(grads).sort()).toEqual([x, ...variables].map(({ name }) => name).sort());
    for (const gradient of Object.values(grads)) expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
  });
});

test.each(layerCases().filter(({ title }) => isDilated(title)))(
  '$title cannot be trained, and it is said',
  ({ network }) => {
    const part = splitNetwork(network.config, new Set(['tested']));
    expect(() => requireGradients(part)).toThrow(
      expect.objectContaining({
        code: 'backbone_invalid',
        message: expect.stringContaining('layer tested cannot be trained, nor what is before it'),
      }),
    );
  },
);

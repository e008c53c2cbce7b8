import { describe, expect, test } from 'vitest';
import { toTfjs } from '../../../src/model/to-tfjs/index.ts';
import type { Tensor } from '../../../src/model/to-tfjs/tf.ts';
import { truncate } from '../../../src/model/truncate.ts';
import { type Graph, openGraph, trainable } from '../../../src/tuning/graph.ts';
import { crossEntropy, headLogits, unitRows } from '../../../src/tuning/joint-head.ts';
import { splitNetwork, type TrainedPart } from '../../../src/tuning/trained-part.ts';
import { noise, trainableWasm } from './tensors.ts';
import { tinyConfig, tinyWeights } from './tiny.ts';

const tf = await trainableWasm();
const count = 4;
const pictures = tf.tensor4d(noise(count * 12 * 12 * 3, 8), [count, 12, 12, 3]);
const given = Uint32Array.of(0, 1, 2, 1);

function opened(o: { scale?: boolean } = {}) {
  const config = truncate(tinyConfig(o), { layer: 'top_relu', pooling: 'avg' });
  const weights = tinyWeights(config);
  return { config, weights, graph: openGraph(tf, config, weights) };
}

const headNumbers = { weights: noise(30, 9), biases: noise(3, 10) };
const scale = { mean: new Float64Array(10).fill(0.1), factor: 4 };

/** The mean loss and its gradients by the head's numbers and a network's, of pictures or of what crosses into the trained part. */
function lossAndGradients(
  graph: Graph,
  part: TrainedPart,
  unfrozen: ReadonlySet<string>,
  from: Map<string, Tensor>,
  batch: boolean,
) {
  const head = [tf.variable(tf.tensor2d(headNumbers.weights, [10, 3])), tf.variable(tf.tensor1d(headNumbers.biases))];
  const network = trainable(graph.parameters(unfrozen));
  const calls =
    from.has(part.input) && !part.frontier.includes(part.input) ? [...part.before, ...part.calls] : part.calls;
  const { value, grads } = tf.variableGrads(() => {
    const onStatistics = batch
      ? ({ mean, variance }: { mean: Tensor; variance: Tensor }) => tf.dispose([mean, variance])
      : undefined;
    const tensors = graph.run(calls, from, { trained: unfrozen, onStatistics });
    const units = unitRows(tf, tensors.get(part.output)!);
    const logits = headLogits(tf, units, { scale, variables: head, mask: null });
    return crossEntropy(tf, logits, { given, weights: null, count }, { loss: 0, right: 0 }) as never;
  }, [...head, ...network.map(({ variable }) => variable)]);
  const of = (variable: { name: string }): number[] => [...grads[variable.name]!.dataSync()];
  return {
    loss: value.dataSync()[0]!,
    head: head.map(of),
    network: network.map((parameter) => ({ ...parameter, gradient: of(parameter.variable) })),
  };
}

function close(found: readonly number[], wanted: readonly number[], digits: number): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i]!, digits);
  });
}

test('call by call a network gives what TF.js gives for it as a whole', () => {
  const { config, weights, graph } = opened();
  const whole = toTfjs(tf, { config, weights }, ['embedding']).predictOnBatch(pictures) as Tensor;
  const part = splitNetwork(config, new Set());
  const tensors = graph.run(part.before, new Map([[part.input, pictures]]));
  close([...tensors.get('embedding')!.dataSync()], [...whole.dataSync()], 5);
});

describe('from what crosses into the trained part come the same losses and gradients as from pictures', () => {
  test.each(['side_conv', 'block_project', 'top_bn'])('trained from %s', (layer) => {
    const { config, graph } = opened();
    const unfrozen = new Set([layer, 'top_bn']);
    const part = splitNetwork(config, unfrozen);
    const picture = new Map<string, Tensor>([[part.input, pictures]]);
    const computed = graph.run(part.before, picture);
    const frontier = new Map(part.frontier.map((key) => [key, computed.get(key)!]));
    const [one, other] = [picture, frontier].map((from) => lossAndGradients(graph, part, unfrozen, from, false));
    expect(one!.loss).toBeCloseTo(other!.loss, 5);
    close(one!.head.flat(), other!.head.flat(), 5);
    const gradients = [one!, other!].map(({ network }) => network.flatMap(({ gradient }) => gradient));
    expect(gradients[0]!.length).toBeGreaterThan(0);
    close(gradients[0]!, gradients[1]!, 5);
  });
});

describe('gradients are the slopes of the loss', () => {
  const cases: [string, boolean, boolean][] = [
    ['stored statistics', false, true],
    ['statistics of the batch', true, true],
    ['statistics of the batch, without gamma', true, false],
  ];
  test.each(cases)('%s', (_title, batch, hasScale) => {
    const { config, graph } = opened({ scale: hasScale });
    const layers = config.config.layers.map(({ name }) => name);
    const unfrozen = new Set(layers);
    const part = splitNetwork(config, new Set(['stem_conv']));
    const from = new Map<string, Tensor>([[part.input, pictures]]);
    const { network } = lossAndGradients(graph, part, unfrozen, from, batch);
    const names = network.map(({ layer, name }) => `${layer}/${name}`);
    expect(names).toContain('side_conv/bias');
    expect(names.includes('top_bn/gamma')).toBe(hasScale);
    expect(names).not.toContain('top_bn/moving_mean');
    for (const { layer, name, values, variable, gradient } of network) {
      // The largest one: its slope is the least disturbed by rounding.
      const i = gradient.reduce((most, value, at) => (Math.abs(value) > Math.abs(gradient[most]!) ? at : most), 0);
      const usual = values[i]!;
      const by = 1e-3;
      const [above, below] = [by, -by].map((change) => {
        values[i] = usual + change;
        graph.update({ layer, name, values, variable });
        return lossAndGradients(graph, part, unfrozen, from, batch).loss;
      });
      values[i] = usual;
      graph.update({ layer, name, values, variable });
      const slope = (above! - below!) / (2 * by);
      expect(Math.abs(slope - gradient[i]!), `${layer}/${name}`).toBeLessThan(0.02 * Math.abs(slope) + 1e-3);
    }
  });
});

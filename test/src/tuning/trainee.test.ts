import { expect, test } from 'vitest';
import type { Tensor } from '../../../src/model/to-tfjs/tf.ts';
import { truncate } from '../../../src/model/truncate.ts';
import { openGraph } from '../../../src/tuning/graph.ts';
import { splitNetwork } from '../../../src/tuning/trained-part.ts';
import { createTrainee, type TraineeOptions } from '../../../src/tuning/trainee.ts';
import { multiply } from '../head/multiply.ts';
import { noise, trainableWasm } from './tensors.ts';
import { tinyConfig, tinyWeights } from './tiny.ts';

const tf = await trainableWasm();
const [count, dim, hidden, classes] = [7, 10, 6, 3];
const area = 12 * 12 * 3;
const pictures = noise(count * area, 11);
const places = Uint32Array.from({ length: count }, (_, i) => i);
const given = places.map((i) => i % classes);

function trainee(o: Partial<TraineeOptions> = {}) {
  const config = truncate(tinyConfig(), { layer: 'top_relu', pooling: 'avg' });
  const unfrozen = new Set(['block_project', 'block_project_bn', 'top_bn']);
  const whole = splitNetwork(config, new Set(['stem_conv']));
  return createTrainee({
    ...{ tf, config, graph: openGraph(tf, config, tinyWeights(config)), part: whole, unfrozen, multiply },
    feed: (some) => {
      const rows = Array.from(some, (i) => [...pictures.subarray(i * area, (i + 1) * area)]).flat();
      return new Map<string, Tensor>([['picture', tf.tensor(rows, [some.length, 12, 12, 3])]]);
    },
    head: [noise(dim * hidden, 1), noise(hidden, 2), noise(hidden * classes, 3), noise(classes, 4)],
    scale: { mean: new Float64Array(dim), factor: 3 },
    data: { vectors: new Float32Array(count * dim), dim, given, classes },
    ...{ validation: places, batchNorm: 'inference', fresh: false, most: Number.POSITIVE_INFINITY },
    ...o,
  });
}

const weights = noise(count, 5).map(Math.abs);
const mask = noise(count * hidden, 6).map((value) => (value > 0 ? 2 : 0));
const step = { places, given, weights, mask, epoch: 0 };

test('a batch in pieces has the gradients and the loss that it has as a whole', () => {
  const [one, other] = [Number.POSITIVE_INFINITY, 3].map((most) => {
    const sums = { loss: 0, right: 0 };
    const gradients = trainee({ most }).differentiate(step, sums);
    return { gradients, sums };
  });
  expect(other!.sums.loss).toBeCloseTo(one!.sums.loss, 4);
  expect(other!.sums.right).toBe(one!.sums.right);
  expect(one!.gradients).toHaveLength(4 + 5);
  for (const [n, gradient] of one!.gradients.entries()) {
    expect(gradient.some((value) => value !== 0)).toBe(true);
    gradient.forEach((value, i) => {
      expect(other!.gradients[n]![i]).toBeCloseTo(value, 5);
    });
  }
});

test('statistics of a batch are those of all its pictures, however many are computed at once', () => {
  const [one, other] = [Number.POSITIVE_INFINITY, 3].map((most) => {
    const made = trainee({ most, batchNorm: 'batch' });
    const before = made.statistics.map((values) => values.slice());
    made.differentiate(step, { loss: 0, right: 0 });
    expect(made.statistics).not.toEqual(before);
    return made.statistics;
  });
  expect(other).toEqual(one);
});

test('stored statistics that began at nothing follow fast at first', () => {
  const [slow, fast] = [false, true].map((fresh) => {
    const made = trainee({ fresh, batchNorm: 'batch' });
    const before = made.statistics[0]!.slice();
    made.differentiate(step, { loss: 0, right: 0 });
    return Math.hypot(...made.statistics[0]!.map((value, i) => value - before[i]!));
  });
  // .1 of the way, and 1 - 2 / 11 of it.
  expect(fast! / slow!).toBeCloseTo(9 / 11 / 0.1, 3);
});

test('TF.js keeps nothing of a step', () => {
  const made = trainee({ batchNorm: 'batch' });
  const held = tf.memory().numTensors;
  made.differentiate(step, { loss: 0, right: 0 });
  made.update();
  made.validate();
  expect(tf.memory().numTensors).toBe(held);
});

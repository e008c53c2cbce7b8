import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../../src/model/to-tfjs/tf.ts';
import { type NormVariables, normaliseBatch, normaliseStored } from '../../../src/tuning/batch-norm.ts';
import { noise, trainableWasm } from './tensors.ts';

const tf = await trainableWasm();
const [shape, channels, epsilon] = [[3, 2, 4, 5] as const, 5, 1e-3];
const rows = 24;
const x = noise(rows * channels, 1);
const dy = noise(rows * channels, 2);
const gamma = noise(channels, 3);
const beta = noise(channels, 4);
const mean = noise(channels, 5);
const variance = noise(channels, 6).map((value) => Math.abs(value) + 0.2);

interface Numbers {
  readonly x: Float32Array;
  readonly gamma: Float32Array | null;
  readonly beta: Float32Array | null;
}

/** In double precision, channel by channel, with the batch's statistics or the stored ones. */
function expected({ x, gamma, beta }: Numbers, batch: boolean): Float64Array {
  const y = new Float64Array(x.length);
  for (let c = 0; c < channels; c++) {
    const of = Array.from({ length: rows }, (_, r) => x[r * channels + c]!);
    const m = batch ? of.reduce((sum, value) => sum + value, 0) / rows : mean[c]!;
    const v = batch ? of.reduce((sum, value) => sum + (value - m) ** 2, 0) / rows : variance[c]!;
    of.forEach((value, r) => {
      y[r * channels + c] = ((value - m) / Math.sqrt(v + epsilon)) * (gamma?.[c] ?? 1) + (beta?.[c] ?? 0);
    });
  }
  return y;
}

/** By the change of `sum(y * dy)` when one number changes a little. */
function slopes(numbers: Numbers, which: keyof Numbers, batch: boolean): number[] {
  const sum = (some: Numbers): number => expected(some, batch).reduce((total, value, i) => total + value * dy[i]!, 0);
  const values = numbers[which]!;
  return Array.from(values, (value, i) => {
    const moved = (by: number): Numbers => {
      const changed = Float64Array.from(values);
      changed[i] = value + by;
      return { ...numbers, [which]: changed };
    };
    return (sum(moved(1e-4)) - sum(moved(-1e-4))) / 2e-4;
  });
}

const of = (values: Float32Array): Tensor => tf.tensor1d(values);
const variablesOf = (numbers: Numbers, inputs: readonly Tensor[]): NormVariables => ({
  gamma: numbers.gamma ? inputs[1] : undefined,
  beta: numbers.beta ? inputs.at(-1) : undefined,
  mean: of(mean),
  variance: of(variance),
});

const cases: [string, Numbers][] = [
  ['with gamma and beta', { x, gamma, beta }],
  ['without gamma', { x, gamma: null, beta }],
  ['without beta', { x, gamma, beta: null }],
  ['with neither', { x, gamma: null, beta: null }],
];

describe.each([true, false])('the statistics are those of the batch: %s', (batch) => {
  test.each(cases)('values and gradients %s', (_title, numbers) => {
    const run = (...inputs: Tensor[]): Tensor => {
      const v = variablesOf(numbers, inputs);
      return batch
        ? normaliseBatch(tf, inputs[0]!, v, { epsilon, onStatistics: () => {} })
        : normaliseStored(tf, inputs[0]!, v, epsilon, true);
    };
    const given = [
      tf.tensor(x, [...shape]),
      ...[numbers.gamma, numbers.beta].filter((values) => values !== null).map((values) => of(values)),
    ];
    const y = expected(numbers, batch);
    run(...given)
      .dataSync()
      .forEach((value, i) => {
        expect(value).toBeCloseTo(y[i]!, 5);
      });
    const gradients = tf.grads((...inputs) => run(...inputs))(given, tf.tensor(dy, [...shape]));
    const names = (['x', 'gamma', 'beta'] as const).filter((name) => numbers[name]);
    for (const [i, name] of names.entries()) {
      const wanted = slopes(numbers, name, batch);
      const found = gradients[i]!.dataSync();
      expect(found).toHaveLength(wanted.length);
      found.forEach((value, j) => {
        expect(value, name).toBeCloseTo(wanted[j]!, 3);
      });
    }
  });
});

test('who asks is told the statistics of the batch', () => {
  const seen: number[][] = [];
  const onStatistics = (...tensors: Tensor[]): void => {
    for (const tensor of tensors) seen.push([...tensor.dataSync()]);
  };
  tf.tidy(() =>
    normaliseBatch(tf, tf.tensor2d([1, 10, 3, 14], [2, 2]), {} as NormVariables, { epsilon, onStatistics }),
  );
  expect(seen).toEqual([
    [2, 12],
    [1, 4],
  ]);
});

test('statistics that are not trained have the values of TF.js itself, without gradients for them', () => {
  const v = { gamma: of(gamma), beta: of(beta), mean: of(mean), variance: of(variance) };
  const input = tf.tensor4d(x, [...shape]);
  const theirs = tf.batchNorm4d(
    input,
    v.mean as never,
    v.variance as never,
    v.beta as never,
    v.gamma as never,
    epsilon,
  );
  const ours = normaliseStored(tf, input, v, epsilon, false).dataSync();
  theirs.dataSync().forEach((value, i) => {
    expect(ours[i]).toBeCloseTo(value, 5);
  });
});

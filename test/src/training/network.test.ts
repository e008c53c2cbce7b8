import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../src/head/random.ts';
import { logSumExp } from '../../../src/head/scores.ts';
import {
  type Batch,
  differentiate,
  initialParameters,
  logitsOfRows,
  type Parameters,
} from '../../../src/training/network.ts';
import { multiply } from '../head/multiply.ts';

const random = randomStream(11);
const [count, dim, classes] = [6, 4, 3];
const numbers = (length: number): Float32Array => Float32Array.from({ length }, () => 2 * random() - 1);
const rows = numbers(count * dim);
const given = Uint32Array.from({ length: count }, (_, i) => i % classes);
const weights = Float32Array.of(1, 2, 0.5, 0, 1, 3);

/** The loss as it is defined, with nothing but the numbers before the softmax. */
function lossOf(parameters: Parameters, { rows, weights, mask }: Batch): number {
  // A mask on the last layer's input is one on its weights for each picture, so each is asked about alone.
  let loss = 0;
  for (let i = 0; i < count; i++) {
    const inputs = parameters.at(-2)!.length / classes;
    const masked = mask
      ? parameters.at(-2)!.map((w, at) => w * mask[i * inputs + Math.floor(at / classes)]!)
      : parameters.at(-2)!;
    const one = [...parameters.slice(0, -2), masked, parameters.at(-1)!];
    const logits = logitsOfRows(one, rows.subarray(i * dim, (i + 1) * dim), 1, multiply);
    loss += ((weights ? weights[i]! : 1) * (logSumExp(logits, 0, classes, 1) - logits[given[i]!]!)) / count;
  }
  return loss;
}

const networks = { linear: [dim, classes], mlp: [dim, 5, classes], 'two hidden layers': [dim, 5, 7, classes] };

describe.each(Object.entries(networks))('%s', (_name, sizes) => {
  const parameters = sizes.slice(1).flatMap((outputs, l) => [numbers(sizes[l]! * outputs), numbers(outputs)]);
  const last = sizes.at(-2)!;
  const masks = { none: null, dropout: Float32Array.from({ length: count * last }, (_, i) => (i % 3 === 0 ? 0 : 1.5)) };

  test.each(Object.entries(masks))('its gradients are those of the loss; mask: %s', (_mask, mask) => {
    for (const weighted of [null, weights]) {
      const batch: Batch = { rows, given, weights: weighted, mask };
      const { gradients } = differentiate(parameters, batch, multiply);
      for (const [p, values] of parameters.entries()) {
        for (const i of values.keys()) {
          const at = (change: number): number => {
            const changed = parameters.map((numbers, q) =>
              q === p ? numbers.map((value, j) => (j === i ? value + change : value)) : numbers,
            );
            return lossOf(changed, batch);
          };
          expect(gradients[p]![i]).toBeCloseTo((at(1e-2) - at(-1e-2)) / 2e-2, 3);
        }
      }
    }
  });

  test('it counts what it got right, and sums its losses without the weights', () => {
    const batch: Batch = { rows, given, weights: null, mask: null };
    const { loss, right } = differentiate(parameters, { ...batch, weights }, multiply);
    expect(loss / count).toBeCloseTo(lossOf(parameters, batch), 5);
    const logits = logitsOfRows(parameters, rows, count, multiply);
    const best = Array.from(given, (_, i) => {
      const row = [...logits.subarray(i * classes, (i + 1) * classes)];
      return row.indexOf(Math.max(...row));
    });
    expect(right).toBe(best.filter((c, i) => c === given[i]).length);
  });
});

test('a single layer begins at 0, several within the limits of Glorot and Bengio', () => {
  expect(initialParameters([3, 2], random)).toEqual([new Float32Array(6), new Float32Array(2)]);
  const [first, biases, second] = initialParameters([50, 40, 10], random);
  expect(Math.max(...first!)).toBeGreaterThan(0.9 * Math.sqrt(6 / 90));
  expect(Math.max(...first!)).toBeLessThan(Math.sqrt(6 / 90));
  expect(Math.min(...second!)).toBeLessThan(-0.9 * Math.sqrt(6 / 50));
  expect(biases).toEqual(new Float32Array(40));
});

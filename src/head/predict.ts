import { PixkinError } from '../errors.ts';
import type { LabelScore, SpaceId } from '../types.ts';
import type { DenseLayer, Head } from './head.ts';
import { logSumExp } from './scores.ts';
import { topPlaces } from './top.ts';

/** What a head says of one picture. */
export interface HeadPrediction {
  /** The most probable label; null where the picture is `unknown`: nothing is as probable as the head's threshold. */
  readonly label: string | null;
  /** The most probable labels, best first, whatever the threshold; probabilities to six decimals. */
  readonly scores: readonly LabelScore[];
}

/** Rows whose numbers between two layers are held at once. */
const rowsAtOnce = 64;

/**
 * Takes half a second for 50,000 embeddings of 1280 numbers and five labels; in a process that serves, hand over a few thousand at a time.
 * @param embeddings `head.dim` numbers for each picture, as the catalog has them
 * @param o.top labels that are told of each picture, 1 or more; absent: 1
 * @throws PixkinError `invalid_request`: not whole embeddings, or a number that is not finite
 */
export function predict(head: Head, embeddings: Float32Array, o: { top?: number } = {}): HeadPrediction[] {
  const { labels, temperature, threshold } = head;
  const top = Math.min(labels.length, o.top ?? 1);
  const predictions: HeadPrediction[] = [];
  for (const { logits, rows } of logitsOf(head, embeddings)) {
    for (let row = 0; row < rows; row++) {
      const from = row * labels.length;
      const logSum = logSumExp(logits, from, labels.length, 1 / temperature);
      if (!Number.isFinite(logSum)) {
        throw new PixkinError('invalid_request', `embedding ${predictions.length} must be finite numbers`);
      }
      const scores = topPlaces(logits, top, from, labels.length).map((c) => ({
        label: labels[c]!,
        p: Math.round(Math.exp(logits[from + c]! / temperature - logSum) * 1e6) / 1e6,
      }));
      const [best] = scores;
      predictions.push({ label: best && best.p >= threshold ? best.label : null, scores });
    }
  }
  return predictions;
}

/** The numbers before the softmax, for some embeddings after the others; the next ones overwrite `logits`. */
export function* logitsOf(
  { dim, layers }: Pick<Head, 'dim' | 'layers'>,
  embeddings: Float32Array,
): Generator<{ logits: Float32Array; rows: number; first: number }> {
  if (embeddings.length % dim !== 0) {
    throw new PixkinError(
      'invalid_request',
      `embeddings must have ${dim} numbers each; got ${embeddings.length} numbers`,
    );
  }
  const count = embeddings.length / dim;
  const buffers = layers.map(({ outputs }) => new Float32Array(outputs * rowsAtOnce));
  for (let first = 0; first < count; first += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, count - first);
    let input = embeddings.subarray(first * dim, (first + rows) * dim);
    layers.forEach((layer, i) => {
      if (i > 0) for (let j = 0; j < input.length; j++) input[j] = Math.max(0, input[j]!);
      input = runLayer(layer, input, rows, buffers[i]!);
    });
    yield { logits: input, rows, first };
  }
}

/** @throws PixkinError `other_space` */
export function requireSpace(head: Pick<Head, 'space'>, space: SpaceId): void {
  if (head.space === space) return;
  const hint = 'train a head in this space';
  throw new PixkinError('other_space', `a head is for the space it was trained in, ${head.space}; got ${space}`, {
    hint,
  });
}

/** Four rows at once: each weight is then read once for four products. */
function runLayer(layer: DenseLayer, input: Float32Array, rows: number, to: Float32Array): Float32Array {
  const { inputs, outputs, weights, biases } = layer;
  for (let row = 0; row < rows; row += 4) {
    // Those after the last are the last again, which costs less than a second loop.
    const [r, s, t, u] = [row, row + 1, row + 2, row + 3].map((one) => Math.min(one, rows - 1)) as Four;
    const [a, b, c, d] = [r * inputs, s * inputs, t * inputs, u * inputs];
    for (let o = 0; o < outputs; o++) {
      const from = o * inputs;
      let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
      for (let i = 0; i < inputs; i++) {
        const weight = weights[from + i]!;
        sumA += weight * input[a + i]!;
        sumB += weight * input[b + i]!;
        sumC += weight * input[c + i]!;
        sumD += weight * input[d + i]!;
      }
      const bias = biases[o]!;
      to[r * outputs + o] = sumA + bias;
      to[s * outputs + o] = sumB + bias;
      to[t * outputs + o] = sumC + bias;
      to[u * outputs + o] = sumD + bias;
    }
  }
  return to.subarray(0, rows * outputs);
}

type Four = [number, number, number, number];

/** Labelled embeddings that are easy to tell apart, and heads over them. */
import type { DenseLayer, Head } from '../../../src/head/head.ts';
import { resolveHeadOptions } from '../../../src/head/options.ts';
import { randomStream } from '../../../src/head/random.ts';
import type { TrainingData } from '../../../src/head/training-data.ts';

/** A hash that no other seed's is near to. */
export function someHash(random: () => number): string {
  return Array.from({ length: 16 }, () => Math.floor(random() * 16).toString(16)).join('');
}

/**
 * Points of length 1 around as many directions as there are labels.
 * @param counts pictures of each label
 * @param spread how far they scatter: at 1 as far as the directions lie apart
 */
export function blobs(
  counts: Readonly<Record<string, number>>,
  o: { dim?: number; spread?: number; seed?: number } = {},
) {
  const { dim = 8, spread = 0.3, seed = 1 } = o;
  const random = randomStream(seed, 77);
  const noise = (): number => random() + random() + random() - 1.5;
  const rows: Float32Array[] = [];
  const pictures: TrainingData['pictures'][number][] = [];
  for (const [label, count] of Object.entries(counts)) {
    const centre = Float32Array.from({ length: dim }, noise);
    for (let i = 0; i < count; i++) {
      rows.push(unit(centre.map((value) => value + spread * noise())));
      pictures.push({ label, phash: someHash(random) });
    }
  }
  const vectors = new Float32Array(rows.length * dim);
  for (const [i, row] of rows.entries()) vectors.set(row, i * dim);
  return { space: '0123456789abcdef', dim, vectors, pictures } satisfies TrainingData;
}

export function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

export function denseLayer(weights: readonly (readonly number[])[], biases: readonly number[]): DenseLayer {
  const inputs = weights[0]!.length;
  const numbers = Float32Array.from(weights.flat());
  return { inputs, outputs: biases.length, weights: numbers, biases: Float32Array.from(biases) };
}

export function headOf(layers: readonly DenseLayer[], o: Partial<Head> = {}): Head {
  const labels = Array.from({ length: layers.at(-1)!.outputs }, (_, i) => `label ${i}`);
  return {
    space: '0123456789abcdef',
    dim: layers[0]!.inputs,
    labels,
    layers,
    temperature: 1,
    threshold: 0,
    options: resolveHeadOptions({}, { pictures: 10, classes: labels.length }),
    data: 'f'.repeat(64),
    evaluation: {
      pictures: { train: 8, validation: 2, test: 0 },
      validation: null,
      test: null,
      crossValidation: null,
      baseline: null,
      history: [],
      best: 0,
      refitted: true,
      runtime: 'none',
      notes: ['größer ✓'],
    },
    ...o,
  };
}

/**
 * What goes into the trained part of a network for a batch of pictures.
 */

import type { InputSpec, KerasManifest } from '../model/manifest.ts';
import { normalisationOf } from '../model/normalisation.ts';
import type { Tf } from '../model/to-tfjs/index.ts';
import type { Tensor } from '../model/to-tfjs/tf.ts';
import type { Pixels } from '../types.ts';
import { augment, augmentationStream, type ResolvedAugmentation } from './augment/index.ts';
import type { Graph } from './graph.ts';
import { type Prepared, readNumbers } from './prepare.ts';
import type { TrainedPart } from './trained-part.ts';

/**
 * Tensors of the frontier, by key; the caller disposes them.
 * @param epoch of the variations; null: pictures as they are
 */
export type Feed = (places: Uint32Array, epoch: number | null) => ReadonlyMap<string, Tensor>;

/** Lays pictures out as the numbers that a network takes. @see inputData of runtime/tensor.ts */
export type InputData = (
  spec: InputSpec,
  pictures: readonly Pixels[],
) => { readonly data: Uint8Array | Float32Array; readonly dims: readonly [number, number, number, number] };

export interface FeedOptions {
  readonly tf: Tf;
  readonly inputData: InputData;
  readonly graph: Graph;
  readonly part: TrainedPart;
  readonly prepared: Prepared;
  readonly manifest: KerasManifest;
  /** Shapes of the frontier's tensors without the batch. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly augmentation: ResolvedAugmentation | null;
  readonly seed: number;
}

/** A feed of single vectors that are in memory. @param key of the embedding */
export function vectorFeed(tf: Tf, key: string, vectors: Float32Array, dim: number): Feed {
  return (places) => {
    const rows = new Float32Array(places.length * dim);
    for (const [r, i] of places.entries()) rows.set(vectors.subarray(i * dim, (i + 1) * dim), r * dim);
    return new Map([[key, tf.tensor2d(rows, [places.length, dim])]]);
  };
}

/** A feed out of what was prepared: as it is, or through the frozen layers once more, where pictures are varied. */
export function preparedFeed(o: FeedOptions): Feed {
  const { tf, part, prepared, augmentation } = o;
  const { width, height } = o.manifest.input;
  const area = width * height * 3;
  const pixelsOf = (places: Uint32Array): Pixels[] => {
    const bytes = prepared.pixels!.read(places);
    return Array.from(places, (_, i) => ({ data: bytes.subarray(i * area, (i + 1) * area), width, height }));
  };
  const stored = (key: string, places: Uint32Array): Tensor => {
    if (key === part.input) return inputTensor(o, pixelsOf(places));
    return tf.tensor(readNumbers(prepared.tensors.get(key)!, places), [places.length, ...o.shapes.get(key)!]);
  };
  return (places, epoch) => {
    if (augmentation === null || epoch === null) {
      return new Map(part.frontier.map((key) => [key, stored(key, places)]));
    }
    const varied = pixelsOf(places).map((pixels, i) =>
      augment(pixels, augmentation, augmentationStream(o.seed, epoch, places[i]!)),
    );
    return frontierOf(o, varied);
  };
}

/** What the frozen layers make of pictures. */
export function frontierOf(
  { graph, part, ...o }: Pick<FeedOptions, 'tf' | 'inputData' | 'graph' | 'part' | 'manifest'>,
  pictures: readonly Pixels[],
): ReadonlyMap<string, Tensor> {
  const tensors = o.tf.tidy(() => {
    const given = new Map([[part.input, inputTensor(o, pictures)]]);
    const computed = graph.run(part.before, given, { wanted: part.frontier });
    return part.frontier.map((key) => computed.get(key)!);
  });
  return new Map(part.frontier.map((key, i) => [key, tensors[i]!]));
}

export function inputTensor(
  { tf, inputData, manifest }: Pick<FeedOptions, 'tf' | 'inputData' | 'manifest'>,
  pictures: readonly Pixels[],
): Tensor {
  const { width, height, colour } = manifest.input;
  const { scale, mean, std } = normalisationOf(manifest.input);
  const three = ([a = 0, b = 0, c = 0]: readonly number[]): [number, number, number] => [a, b, c];
  const spec: InputSpec = {
    ...{ name: 'pixels', width, height, colour, layout: 'nhwc', type: 'float32' },
    ...{ scale, mean: three(mean), std: three(std) },
  };
  const { data, dims } = inputData(spec, pictures);
  return tf.tensor(data, [...dims], 'float32');
}

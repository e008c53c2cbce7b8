/**
 * All that the phases of a run need: the network in two parts, and what the frozen one makes of the pictures.
 */
import type { MatMul } from '../head/matmul.ts';
import { resizeSpec } from '../model/backbone.ts';
import { type Shape, shapesOf } from '../model/layers/index.ts';
import type { Tf } from '../model/to-tfjs/index.ts';
import { multiplier } from '../training/multiplier.ts';
import type { DeviceReport, Pixels } from '../types.ts';
import { type Base, type BaseWeights, findBase, openBase } from './base.ts';
import { decodeFor, type ImageTools } from './decode.ts';
import { type InputData, inputTensor } from './feed.ts';
import { type Graph, openGraph } from './graph.ts';
import { unitRows } from './joint-head.ts';
import { picturesAtOnce } from './memory.ts';
import { type ResolvedTuneOptions, resolveTuneOptions } from './options.ts';
import { type Prepared, prepare } from './prepare.ts';
import type { Message, Order } from './protocol.ts';
import { placesOf } from './run-folder.ts';
import { splitNetwork, type TrainedPart } from './trained-part.ts';
import { trainedLayers } from './unfreeze.ts';
import { addedLayers } from './write-network.ts';

/** What a run is computed with. */
export interface Machinery {
  readonly tf: Tf;
  readonly device: DeviceReport & { readonly runtime: string };
  readonly inputData: InputData;
  readonly images: ImageTools;
}

export type Tell = (message: Exclude<Message, { type: 'done' | 'failed' }>) => void;

export interface OpenedRun extends BaseWeights {
  readonly options: ResolvedTuneOptions;
  readonly base: Base;
  readonly unfrozen: ReadonlySet<string>;
  readonly part: TrainedPart;
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly graph: Graph;
  readonly multiply: MatMul;
  readonly prepared: Prepared;
  /** Whether a head is trained alone before, on the embeddings that were prepared. */
  readonly hasHead: boolean;
  /** Pictures whose gradients are computed at once. */
  readonly most: number;
}

/** @throws PixkinError */
export async function openRun(order: Order, machinery: Machinery, tell: Tell): Promise<OpenedRun> {
  const { tf, device, inputData, images } = machinery;
  const options = resolveTuneOptions(order.options);
  const base = await findBase(order.network, order.folders, options);
  const opened = await openBase(base, options);
  const { embedding, manifest } = base;
  const unfrozen = trainedLayers(embedding, addedLayers(base), options, opened.fresh);
  const part = splitNetwork(embedding, unfrozen);
  const shapes = shapesOf(embedding);
  const sizeOf = (key: string): number => shapes.get(key)!.reduce((product, size) => product * size, 1);
  const trained = part.calls.map(({ key }) => sizeOf(key));
  const most = picturesAtOnce(trained, device, options);
  const graph = openGraph(tf, embedding, opened.weights);
  const hasHead = !options.fromScratch;

  const keys = [...part.frontier.filter((key) => key !== part.input), ...(hasHead ? [part.output] : [])];
  const calls = hasHead ? [...part.before, ...part.calls] : part.before;
  function compute(batch: readonly Pixels[]): ReadonlyMap<string, Float32Array> {
    const tensors = tf.tidy(() => {
      const given = new Map([[part.input, inputTensor({ tf, inputData, manifest }, batch)]]);
      const computed = graph.run(calls, given, { wanted: keys });
      return keys.map((key) => (key === part.output ? unitRows(tf, computed.get(key)!) : computed.get(key)!));
    });
    const rows = tensors.map((tensor) => tensor.dataSync<'float32'>().slice());
    tf.dispose(tensors);
    return new Map(keys.map((key, i) => [key, rows[i]!]));
  }

  const spec = resizeSpec(manifest);
  const { pictures } = order;
  const prepared = await prepare(placesOf(order.run).cache, {
    ...{ pictures, spec, compute, key: order.key },
    decode: (picture) => decodeFor(images, picture, spec, order.limits),
    keepPixels: options.augment !== null || part.frontier.includes(part.input),
    tensors: new Map(keys.map((key) => [key, sizeOf(key)])),
    onDone(done) {
      tell({ type: 'work', work: { what: 'pictures', done, total: pictures.length } });
      return new Promise(setImmediate);
    },
  });
  const multiply = multiplier(tf);
  return { ...opened, options, base, unfrozen, part, shapes, graph, multiply, prepared, hasHead, most };
}

/**
 * What a phase trains: a head, behind the unfrozen part of a network or alone.
 */
import type { LabelledEmbeddings } from '../head/knn.ts';
import type { MatMul } from '../head/matmul.ts';
import { real } from '../model/layers/index.ts';
import type { NetworkConfig } from '../model/network.ts';
import type { Tf } from '../model/to-tfjs/index.ts';
import type { Tensor } from '../model/to-tfjs/tf.ts';
import { scorePlaces } from '../training/fitted.ts';
import type { Scale } from '../training/scale.ts';
import type { Feed } from './feed.ts';
import { type BatchStatistics, type Graph, trainable } from './graph.ts';
import { type BatchLoss, crossEntropy, headLogits, unitRows } from './joint-head.ts';
import type { BatchNormMode } from './options.ts';
import type { StepTask, Trainee } from './phase.ts';
import type { TrainedPart } from './trained-part.ts';

export interface TraineeOptions {
  readonly tf: Tf;
  readonly config: NetworkConfig;
  readonly graph: Graph;
  readonly part: TrainedPart;
  readonly feed: Feed;
  /** Names of layers; none: the head alone. */
  readonly unfrozen: ReadonlySet<string>;
  readonly batchNorm: BatchNormMode;
  /** The stored statistics began at nothing: they follow fast at first. */
  readonly fresh: boolean;
  /** Of the head: copied. */
  readonly head: readonly Float32Array[];
  readonly scale: Scale;
  /** The embeddings are what the network gave when a picture was embedded last. */
  readonly data: LabelledEmbeddings;
  readonly validation: Uint32Array;
  readonly multiply: MatMul;
  /** Pictures whose gradients are computed at once, where the statistics of a batch do not need all of them. */
  readonly most: number;
}

export interface NetworkTrainee extends Trainee {
  /** Writes unit-length embeddings of pictures to their places in the data. `onDone` is waited for. */
  embed(places: Uint32Array, onDone?: (done: number) => Promise<void> | void): Promise<void>;
  embedNow(places: Uint32Array): void;
  /** Gives back what TF.js holds for the head. */
  dispose(): void;
}

const picturesAtOnce = 16;
const usualMomentum = 0.99;

export function createTrainee(o: TraineeOptions): NetworkTrainee {
  const { tf, graph, part, unfrozen, data } = o;
  const all = graph.parameters(unfrozen);
  const network = trainable(all);
  const head = o.head.map((values) => values.slice());
  const headVariables = head.map((values, i) => {
    const shape = i % 2 === 0 ? [values.length / head[i + 1]!.length, head[i + 1]!.length] : [values.length];
    return tf.tidy(() => tf.variable(tf.tensor(values.slice(), shape)));
  });
  const usesBatch = o.batchNorm === 'batch' && all.some(({ name }) => name === 'moving_mean');
  const moving = usesBatch ? all.filter(({ name }) => name.startsWith('moving_')) : [];
  const momenta = new Map(
    o.config.config.layers
      .filter(({ class_name }) => class_name === 'BatchNormalization')
      .map((layer) => [layer.name, real(layer, 'momentum', usualMomentum)]),
  );
  /** How many batches the statistics have followed. */
  const followed = new Float32Array(usesBatch ? 1 : 0);
  const variables = [...headVariables, ...network.map(({ variable }) => variable)];
  const parameters = [...head, ...network.map(({ values }) => values)];

  function differentiate({ places, given, weights, mask, epoch }: StepTask, sums: BatchLoss): Float32Array[] {
    const pieces = usesBatch ? [[0, places.length] as const] : piecesOf(places.length, o.most);
    const width = mask === null ? 0 : mask.length / places.length;
    let total: Float32Array[] | undefined;
    for (const [start, end] of pieces) {
      const part: StepTask = {
        places: places.subarray(start, end),
        given: given.subarray(start, end),
        weights: weights === null ? null : weights.subarray(start, end),
        mask: mask === null ? null : mask.subarray(start * width, end * width),
        epoch,
      };
      const gradients = differentiateSome(part, places.length, sums);
      if (total) add(total, gradients);
      else total = gradients;
    }
    return total!;
  }

  /** What some pictures of a batch of `count` add to the gradients. */
  function differentiateSome(
    { places, given, weights, mask, epoch }: StepTask,
    count: number,
    sums: BatchLoss,
  ): Float32Array[] {
    const inputs = o.feed(places, epoch);
    const seen: BatchStatistics[] = [];
    const onStatistics = usesBatch ? (statistics: BatchStatistics) => void seen.push(statistics) : undefined;
    const { value, grads } = tf.variableGrads(() => {
      const tensors = graph.run(part.calls, inputs, { trained: unfrozen, onStatistics });
      const units = unitRows(tf, tensors.get(part.output)!);
      const logits = headLogits(tf, units, { scale: o.scale, variables: headVariables, mask });
      return crossEntropy(tf, logits, { given, weights, count }, sums) as ReturnType<Tf['scalar']>;
    }, variables);
    const gradients = variables.map(({ name }) => grads[name]!.dataSync<'float32'>());
    tf.dispose([value, Object.values(grads), [...inputs.values()]]);
    follow(seen);
    // What a backend hands out may be its own memory.
    return gradients.map((gradient) => gradient.slice());
  }

  function follow(seen: readonly BatchStatistics[]): void {
    if (followed.length > 0) followed[0]!++;
    for (const { layer, mean, variance } of seen) {
      const usual = momenta.get(layer)!;
      const keep = o.fresh ? Math.min(usual, (1 + followed[0]!) / (10 + followed[0]!)) : usual;
      for (const [name, tensor] of [['moving_mean', mean] as const, ['moving_variance', variance] as const]) {
        const { values } = moving.find((one) => one.layer === layer && one.name === name)!;
        const batch = tensor.dataSync<'float32'>();
        for (let i = 0; i < values.length; i++) values[i] = keep * values[i]! + (1 - keep) * batch[i]!;
        tensor.dispose();
      }
    }
  }

  function embedNow(places: Uint32Array): void {
    const inputs = o.feed(places, null);
    const units = tf.tidy(() =>
      unitRows(tf, graph.run(part.calls, inputs, { wanted: [part.output] }).get(part.output)!),
    );
    const numbers = units.dataSync<'float32'>();
    for (const [r, i] of places.entries()) {
      data.vectors.set(numbers.subarray(r * data.dim, (r + 1) * data.dim), i * data.dim);
    }
    tf.dispose([units as Tensor, ...inputs.values()]);
  }

  return {
    parameters,
    headParameters: head.length,
    statistics: [...moving.map(({ values }) => values), followed],
    differentiate,
    update() {
      for (const [i, variable] of headVariables.entries()) {
        tf.tidy(() => variable.assign(tf.tensor(head[i]!.slice(), variable.shape)));
      }
      for (const parameter of network) graph.update(parameter);
      for (const parameter of moving) graph.update(parameter);
    },
    validate() {
      const { validation } = o;
      if (validation.length === 0) return null;
      // Of the head alone they stay what they are.
      if (part.calls.length > 0) for (const some of inPieces(validation)) embedNow(some);
      const { loss, top, width } = scorePlaces(o, { parameters: head, scale: o.scale }, validation, 1);
      const right = validation.filter((i, place) => top[place * width] === data.given[i]).length;
      const sum = loss.reduce((total, one) => total + one, 0);
      return { loss: sum / validation.length, accuracy: right / validation.length };
    },
    async embed(places, onDone) {
      let done = 0;
      for (const some of inPieces(places)) {
        embedNow(some);
        done += some.length;
        await onDone?.(done);
      }
    },
    embedNow,
    dispose: () => tf.dispose(headVariables),
  };
}

/** Beginnings and ends of pieces of much the same length, `most` at the most. */
function piecesOf(length: number, most: number): (readonly [number, number])[] {
  const count = Math.max(1, Math.ceil(length / most));
  const at = (i: number): number => Math.round((i * length) / count);
  return Array.from({ length: count }, (_, i) => [at(i), at(i + 1)] as const);
}

function add(sums: readonly Float32Array[], more: readonly Float32Array[]): void {
  for (const [n, values] of sums.entries()) {
    const others = more[n]!;
    for (let i = 0; i < values.length; i++) values[i]! += others[i]!;
  }
}

function* inPieces(places: Uint32Array): Generator<Uint32Array> {
  for (let at = 0; at < places.length; at += picturesAtOnce) yield places.subarray(at, at + picturesAtOnce);
}

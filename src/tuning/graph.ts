/**
 * A network that is run call by call on TF.js, so that any part of it can be computed from any tensors, with gradients or without.
 */
import { PixkinError } from '../errors.ts';
import { type Call, tensorKey } from '../model/calls.ts';
import { real } from '../model/layers/index.ts';
import type { NetworkConfig } from '../model/network.ts';
import { type Tf, toTfjs } from '../model/to-tfjs/index.ts';
import { tfjsNames } from '../model/to-tfjs/names.ts';
import type { LayersModel, Tensor, TfLayer } from '../model/to-tfjs/tf.ts';
import { type NormVariables, normaliseBatch, normaliseStored } from './batch-norm.ts';
import type { Variables } from './initial-weights.ts';
import { isTrainable } from './unfreeze.ts';

/** By key, as `Call.key`. */
export type Tensors = ReadonlyMap<string, Tensor>;
export type TfVariable = ReturnType<Tf['variable']>;

/** A variable of the network: its numbers here, and as TF.js computes with them. */
export interface Parameter {
  readonly layer: string;
  readonly name: string;
  readonly values: Float32Array;
  readonly variable: TfVariable;
}

/** What a batch's pictures have in the channels that one layer normalises. */
export interface BatchStatistics {
  readonly layer: string;
  /** Kept: to be disposed by who was told. */
  readonly mean: Tensor;
  readonly variance: Tensor;
}

export interface RunOptions {
  /** Layers whose gradients are asked for. */
  readonly trained?: ReadonlySet<string>;
  /** Called where the trained layers normalise with the statistics of the batch; absent: they use the stored ones. */
  readonly onStatistics?: ((statistics: BatchStatistics) => void) | undefined;
  /** Keys of what is asked for: all other tensors go as soon as nobody needs them. Absent, as for gradients: all stay. */
  readonly wanted?: readonly string[];
}

export interface Graph {
  /** All variables of some layers, in the order of the network. */
  parameters(layers: ReadonlySet<string>): Parameter[];
  /** Copies a parameter's numbers to where TF.js computes with them. */
  update(parameter: Parameter): void;
  /**
   * What the calls compute. To be called in `tf.tidy`, or where gradients are taken.
   * @param given what they take from other calls
   */
  run(calls: readonly Call[], given: Tensors, o?: RunOptions): Tensors;
  dispose(): void;
}

/** @throws PixkinError `backbone_invalid`: TF.js cannot run a layer */
export function openGraph(tf: Tf, config: NetworkConfig, weights: ReadonlyMap<string, Variables>): Graph {
  const [[output]] = config.config.output_layers;
  const model: LayersModel = toTfjs(tf, { config, weights }, [output]);
  const names = tfjsNames(config.config.layers);
  const layerOf = (name: string): TfLayer => model.getLayer(names.get(name)!);
  const variablesOf = (name: string): TfVariable[] =>
    layerOf(name).weights.map((variable) => variable.read() as TfVariable);

  function normalise(call: Call, x: Tensor, o: RunOptions): Tensor {
    const { layer } = call;
    const tensors = new Map(weights.get(layer.name)!.map(({ name }, i) => [name, variablesOf(layer.name)[i]!]));
    const v: NormVariables = {
      gamma: tensors.get('gamma'),
      beta: tensors.get('beta'),
      mean: tensors.get('moving_mean')!,
      variance: tensors.get('moving_variance')!,
    };
    const epsilon = real(layer, 'epsilon', 1e-3);
    const trained = o.trained?.has(layer.name) ?? false;
    const { onStatistics } = o;
    if (!trained || !onStatistics) return normaliseStored(tf, x, v, epsilon, trained);
    const tell = (mean: Tensor, variance: Tensor): void =>
      onStatistics({ layer: layer.name, mean: tf.keep(tf.clone(mean)), variance: tf.keep(tf.clone(variance)) });
    return normaliseBatch(tf, x, v, { epsilon, onStatistics: tell });
  }

  return {
    parameters: (layers) =>
      [...weights].flatMap(([layer, variables]) =>
        layers.has(layer)
          ? variables.map(({ name, data }, i) => ({ layer, name, values: data, variable: variablesOf(layer)[i]! }))
          : [],
      ),
    update({ values, variable }) {
      tf.tidy(() => variable.assign(tf.tensor(values.slice(), variable.shape)));
    },
    run(calls, given, o = {}) {
      const tensors = new Map(given);
      const lastUse = o.wanted && lastUses(calls);
      for (const [i, call] of calls.entries()) {
        const inputs = call.inputs.map((from) => tensors.get(tensorKey(from))!);
        const [first] = inputs;
        if (!first || inputs.includes(undefined as never)) throw missing(call);
        const compute = (): Tensor =>
          call.layer.class_name === 'BatchNormalization'
            ? normalise(call, first, o)
            : (layerOf(call.layer.name).apply(inputs.length === 1 ? first : inputs) as Tensor);
        tensors.set(call.key, lastUse ? tf.tidy(compute) : compute());
        for (const [key, tensor] of lastUse ? tensors : []) {
          if (lastUse!.get(key) !== i || given.has(key) || o.wanted!.includes(key)) continue;
          tensor.dispose();
          tensors.delete(key);
        }
      }
      return tensors;
    },
    dispose: () => void model.dispose(),
  };
}

/** Those that descent changes. */
export function trainable(parameters: readonly Parameter[]): Parameter[] {
  return parameters.filter(({ name }) => isTrainable(name));
}

/** Place of the last call that takes each tensor. */
function lastUses(calls: readonly Call[]): ReadonlyMap<string, number> {
  return new Map(calls.flatMap(({ inputs }, i) => inputs.map((from) => [tensorKey(from), i] as const)));
}

function missing({ key }: Call): PixkinError {
  return new PixkinError('internal', `layer ${key} was to be computed before what it takes`);
}

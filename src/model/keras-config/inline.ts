/**
 * One flat list of layers out of a tree of models: nested ones are inlined, what does nothing but in training is left out.
 */
import { trainingOnly } from '../layers/index.ts';
import type { InboundTensor, LayerConfig } from '../network.ts';
import { type FlatLayers, flatLayers } from './flat.ts';
import { layerFor } from './operations.ts';
import { invalid, isRef, type RawCall, type RawLayer, type RawModel, type Ref } from './raw.ts';

export interface FlatNetwork {
  /** In the order of the files, but each after what its first call takes. */
  readonly layers: readonly LayerConfig[];
  readonly input: string;
  readonly output: InboundTensor;
}

/** @throws PixkinError `backbone_invalid`: classes or options that are not understood, several inputs or outputs, layers that are not there */
export function inline(root: RawModel): FlatNetwork {
  for (const [what, list] of [['input', root.inputs] as const, ['output', root.outputs] as const]) {
    if (list.length !== 1) throw invalid(`expected a network with one ${what}; got ${list.length}`);
  }
  const flat = flatLayers(new Set(namesIn(root)));
  const [output] = outputsOf(root, undefined, flat);
  const complaint = flat.complaint();
  if (complaint !== undefined) throw invalid(complaint);
  const input = flat.layers.find(({ class_name }) => class_name === 'InputLayer');
  if (input === undefined || output === undefined) throw invalid(`expected an input of ${root.name}; there is none`);
  return { layers: flat.layers, input: input.name, output };
}

const namesIn = (model: RawModel): string[] =>
  model.layers.flatMap((layer) => [layer.name, ...(layer.model === undefined ? [] : namesIn(layer.model))]);

/** Adds all of a model for one call of it; `given` are its inputs there, undefined for the whole. */
function outputsOf(
  model: RawModel,
  given: readonly InboundTensor[] | undefined,
  flat: FlatLayers,
): readonly InboundTensor[] {
  const byName = new Map(model.layers.map((layer) => [layer.name, layer]));
  const done = new Map<string, readonly InboundTensor[] | 'open'>();
  const firstNodes = firstNodesOf(model);

  function resolve({ layer: name, node, tensor }: Ref): InboundTensor {
    const raw = byName.get(name);
    if (raw === undefined) throw invalid(`expected a layer ${name} in ${model.name}; there is none`);
    const outputs = visit(raw, node - (firstNodes.get(name) ?? 0));
    const output = outputs[tensor];
    if (output !== undefined) return output;
    throw problem(raw, `expected ${outputs.length} outputs; got the number ${tensor + 1} asked for`);
  }

  function visit(raw: RawLayer, node: number): readonly InboundTensor[] {
    const key = `${raw.name}:${node}`;
    const met = done.get(key);
    if (met === 'open') throw problem(raw, 'expected no circle of layers; it waits for itself');
    if (met !== undefined) return met;
    done.set(key, 'open');
    const outputs = raw.className === 'InputLayer' ? [inputOf(raw)] : called(raw, node);
    done.set(key, outputs);
    return outputs;
  }

  function called(raw: RawLayer, node: number): readonly InboundTensor[] {
    const call = raw.calls[node];
    if (call === undefined) throw problem(raw, `expected ${node + 1} calls; got ${raw.calls.length}`);
    if (call.options.training === true) throw problem(raw, 'expected to be called for inference; got training=True');
    const inputs = call.operands.filter(isRef).map(resolve);
    if (raw.model !== undefined) return outputsOf(raw.model, inputs, flat);
    if (trainingOnly.has(raw.className) && inputs[0] !== undefined) return [inputs[0]];
    const layer = raw.operation ? (layerFor(raw, call) ?? { ...raw, className: operationName(raw) }) : raw;
    return [flat.call(layer, model.name, inputs)];
  }

  function inputOf(raw: RawLayer): InboundTensor {
    if (given === undefined) return flat.call(raw, model.name, []);
    const tensor = given[model.inputs.findIndex(({ layer }) => layer === raw.name)];
    if (tensor !== undefined) return tensor;
    throw problem(raw, `expected to be one of ${given.length} inputs of ${model.name}; it is none of them`);
  }

  // A later call of a layer waits until it is asked for: weight files have the order of the first ones.
  for (const raw of model.layers) if (raw.calls.length > 0 || raw.className === 'InputLayer') visit(raw, 0);
  return model.outputs.map(resolve);
}

/** Some versions count the calls of a nested model from 1: then a call is asked for that is not there. */
function firstNodesOf(model: RawModel): ReadonlyMap<string, 0 | 1> {
  const refs = [...model.outputs, ...model.layers.flatMap(({ calls }) => calls.flatMap(refsIn))];
  const isBeyond = ({ name, calls }: RawLayer): boolean =>
    refs.some(({ layer, node }) => layer === name && node >= calls.length);
  return new Map(model.layers.map((layer) => [layer.name, layer.model !== undefined && isBeyond(layer) ? 1 : 0]));
}

const refsIn = ({ operands }: RawCall): readonly Ref[] => operands.filter(isRef);

/** A function as Python calls it. */
const operationName = ({ className, config }: RawLayer): string =>
  className === 'TFOpLambda' ? `tf.${config.function}` : `keras.ops.${className}`;

const problem = ({ name, className }: RawLayer, text: string) => invalid(`layer ${name} (${className}): ${text}`);

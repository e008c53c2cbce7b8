/**
 * From a network to the file that ONNX Runtime runs: channels first inside, batch normalisation in the weights before it, and
 * the normalisation of colours part of the graph.
 */
import { PixkinError } from '../../errors.ts';
import { callsOf, tensorKey } from '../calls.ts';
import { isKnownLayer, type Shape, shapesOf } from '../layers/index.ts';
import type { Network, NetworkConfig, Tensor } from '../network.ts';
import { createGraph } from './graph.ts';
import { INPUT, type InputColours, inputValue } from './input.ts';
import { compilers } from './layers.ts';
import { asKeras, type Call, type Value } from './value.ts';

/** Raised when the same network and options give another file: files that were compiled before are compiled again. */
export const COMPILER_VERSION = 1;

/** What a decoder gives, and what is done to it before the first layer. */
export interface CompiledInput extends InputColours {
  /** In pixels: those of the network's own input. */
  readonly width: number;
  readonly height: number;
}

export interface CompileOptions {
  readonly input: CompiledInput;
  /** `f16` halves the file. All arithmetic stays float32, and so do biases, and tensors with a number that half precision does not reach. */
  readonly weights: 'f32' | 'f16';
  /** What comes out, under which name, float32 [N, …] in Keras' order. Layers that none of them needs are left out. */
  readonly outputs: readonly { readonly name: 'embedding' | 'classes'; readonly layer: string }[];
  /** Of the graph, for people. */
  readonly name: string;
}

/**
 * Compiles a network. Its input is `pixels`, uint8 [N, height, width, 3] in RGB. Opset 13.
 * The file is made in memory, with no more than one tensor beside it (all of them in half precision beside it with `f16`).
 * @throws PixkinError `backbone_invalid`: an output, layer or option that cannot be compiled; a file of 2 GiB and more
 */
export function toOnnx({ config, weights }: Network, o: CompileOptions): Uint8Array {
  const { width, height } = o.input;
  const shapes = shapesOf(config);
  const outputs = o.outputs.map(({ name, layer }) => ({ name, key: keyOfOutput(config, shapes, layer) }));
  const uses = usesOf(
    config,
    outputs.map(({ key }) => key),
  );
  const graph = createGraph(o.weights, [INPUT, ...outputs.map(({ name }) => name)]);
  const values = new Map<string, Value>();

  for (const { layer, key, inputs: from } of callsOf(config)) {
    if (!uses.has(key)) continue;
    const variable = (name: string): Tensor => {
      const found = weights.get(layer.name)?.find((each) => each.name === name);
      if (found) return found;
      throw new PixkinError('internal', `layer ${layer.name} must have the variable ${name}; it was not given`);
    };
    const inputs = from.map((each) => values.get(tensorKey(each))!);
    const call = { layer, key, inputs, shape: shapes.get(key)!, uses: uses.get(key)!, graph, variable };
    values.set(key, layer.class_name === 'InputLayer' ? input(call, o.input) : compile(call));
  }

  const pixels = { name: INPUT, type: 'uint8', dims: ['N', height, width, 3] } as const;
  const ends = outputs.map(({ name, key }) => {
    const value = values.get(key)!;
    return { name, made: asKeras(graph, value), dims: ['N', ...value.shape] };
  });
  return graph.finish(o.name, pixels, ends);
}

type OpenCall = Omit<Call, 'inputs'> & { readonly inputs: readonly Value[] };

function input(call: OpenCall, { width, height, ...colours }: CompiledInput): Value {
  const [wanted, got] = [[height, width, 3].join(' x '), call.shape.join(' x ')];
  if (wanted === got) return inputValue(call, colours);
  throw new PixkinError('backbone_invalid', `layer ${call.layer.name}: expected pictures of ${wanted}; got ${got}`);
}

function compile(call: OpenCall): Value {
  const { class_name } = call.layer;
  const [first, ...rest] = call.inputs;
  // Both were looked at when the shapes were.
  if (!first || !isKnownLayer(class_name) || class_name === 'InputLayer') {
    throw new PixkinError('internal', `layer ${call.layer.name} (${class_name}) was expected to have an input`);
  }
  return compilers[class_name]({ ...call, inputs: [first, ...rest] });
}

/** How many layers and outputs take each tensor; tensors that no output needs are not in it. */
function usesOf(config: NetworkConfig, outputs: readonly string[]): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  const use = (key: string): unknown => uses.set(key, (uses.get(key) ?? 0) + 1);
  outputs.forEach(use);
  for (const { key, inputs } of callsOf(config).toReversed()) if (uses.has(key)) inputs.map(tensorKey).forEach(use);
  return uses;
}

/** The network's own output knows which call of its layer it is; any other layer is its first. */
function keyOfOutput(config: NetworkConfig, shapes: ReadonlyMap<string, Shape>, layer: string): string {
  const [own] = config.config.output_layers;
  const key = tensorKey(own[0] === layer ? own : [layer, 0]);
  if (shapes.has(key)) return key;
  throw new PixkinError('backbone_invalid', `expected an output of the network; there is no layer ${layer}`);
}

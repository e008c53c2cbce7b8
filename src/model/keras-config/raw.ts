/**
 * Keras' JSON of a model, of Keras 1, 2 or 3, as one tree: what the versions write differently is read here.
 */
import { PixkinError } from '../../errors.ts';

export type Options = Readonly<Record<string, unknown>>;

/** A tensor of the model that the layer belongs to. */
export interface Ref {
  readonly layer: string;
  /** Which call of it. */
  readonly node: number;
  /** Which of its outputs. */
  readonly tensor: number;
}

/** What a call is given, in order: tensors, and for arithmetic numbers too. */
export interface RawCall {
  readonly operands: readonly unknown[];
  /** Keyword arguments that are no tensors. */
  readonly options: Options;
}

/** One layer, or a model that is used as one. */
export interface RawLayer {
  readonly className: string;
  readonly name: string;
  readonly config: Options;
  readonly calls: readonly RawCall[];
  /** A function of Keras rather than a layer, such as the `+` of two tensors. */
  readonly operation: boolean;
  readonly model?: RawModel;
}

export interface RawModel {
  readonly name: string;
  readonly layers: readonly RawLayer[];
  readonly inputs: readonly Ref[];
  readonly outputs: readonly Ref[];
}

export function invalid(problem: string): PixkinError {
  return new PixkinError('backbone_invalid', problem);
}

export function record(value: unknown): Options {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Options) : {};
}

export function isRef(value: unknown): value is Ref {
  return typeof value === 'object' && value !== null && 'node' in value && 'tensor' in value;
}

/** The tree of a whole model: `{ class_name, config }`, also inside TF.js' `modelTopology` and `model_config`. */
export function readModel(json: unknown): RawModel {
  const { modelTopology, model_config, class_name, config } = record(json);
  if (modelTopology !== undefined) return readModel(modelTopology);
  if (model_config !== undefined) return readModel(model_config);
  const model = modelOf(String(class_name), config, 'model');
  if (model !== undefined) return model;
  throw invalid(
    class_name === undefined
      ? "expected a Keras model's class_name and config; there are none"
      : `expected a Functional or Sequential model; got ${class_name}, which keeps its layers to itself`,
  );
}

/** A model's tree; undefined where the config is that of a layer. */
function modelOf(className: string, config: unknown, fallbackName: string): RawModel | undefined {
  const { name, layers, input_layers, output_layers, build_input_shape } = record(config);
  const items: unknown = Array.isArray(config) ? config : layers;
  if (!Array.isArray(items)) return undefined;
  const modelName = typeof name === 'string' ? name : fallbackName;
  const read = items.map((item, index) => layerOf(item, `${modelName}_${index}`));
  if (input_layers === undefined && className.includes('Sequential')) return chain(modelName, read, build_input_shape);
  return { name: modelName, layers: read, inputs: refsOf(input_layers), outputs: refsOf(output_layers) };
}

function layerOf(json: unknown, fallbackName: string): RawLayer {
  const item = record(json);
  const config = record(item.config);
  const name = [item.name, config.name].find((candidate) => typeof candidate === 'string') ?? fallbackName;
  if (typeof item.class_name !== 'string') throw invalid(`expected a class_name for layer ${name}; there is none`);
  const nodes: unknown[] = Array.isArray(item.inbound_nodes) ? item.inbound_nodes : [];
  const keras3 = nodes.some((node) => !Array.isArray(node));
  const model = modelOf(item.class_name, item.config, name as string);
  return {
    className: item.class_name.replace(/^BatchNormalizationV[12]$/, 'BatchNormalization'), // TensorFlow 1.13 and 1.14
    name: name as string,
    config,
    calls: nodes.map((node) => (Array.isArray(node) ? callOfKeras2(node) : callOfKeras3(record(node)))),
    // Only layers say whether they are trainable; without a module that is what tells Keras 3's functions apart.
    operation:
      item.class_name === 'TFOpLambda' ||
      /^keras\.(src\.)?ops\b/.test(String(item.module ?? '')) ||
      (keras3 && model === undefined && config.trainable === undefined),
    ...(model === undefined ? {} : { model }),
  };
}

/** A Sequential model: each layer is called once, on what came before it; an input is put first where there is none. */
function chain(name: string, layers: readonly RawLayer[], buildShape: unknown): RawModel {
  const [first] = layers;
  if (first === undefined) throw invalid(`expected layers in ${name}; there are none`);
  const hasInput = first.className === 'InputLayer';
  const input: RawLayer = hasInput
    ? first
    : {
        className: 'InputLayer',
        name: `${first.name}_input`,
        config: { batch_input_shape: inputShapeOf(first) ?? buildShape },
        calls: [],
        operation: false,
      };
  const all = [input, ...(hasInput ? layers.slice(1) : layers)];
  const ref = (layer: string): Ref => ({ layer, node: 0, tensor: 0 });
  const calls = all.map((layer, index) =>
    index === 0 ? layer : { ...layer, calls: [{ operands: [ref(all[index - 1]!.name)], options: {} }] },
  );
  return { name, layers: calls, inputs: [ref(input.name)], outputs: [ref(all.at(-1)!.name)] };
}

/** The input's shape, batch first, that the first layer of a Sequential model declares. */
function inputShapeOf({ config, model }: RawLayer): unknown {
  if (model === undefined) return config.batch_input_shape ?? config.batch_shape;
  const inner = model.layers.find(({ name }) => name === model.inputs[0]?.layer);
  return inner === undefined ? undefined : inputShapeOf(inner);
}

/** Every `[name, node, tensor]` in nested lists, or in an object by name. */
function refsOf(value: unknown): readonly Ref[] {
  const ref = refOf(value);
  if (ref !== undefined) return [ref];
  if (Array.isArray(value)) return value.flatMap(refsOf);
  return Object.values(record(value)).flatMap(refsOf);
}

function refOf(value: unknown): Ref | undefined {
  if (!Array.isArray(value)) return undefined;
  const [layer, node, tensor]: unknown[] = value;
  const isTensor = typeof layer === 'string' && typeof node === 'number' && typeof tensor === 'number';
  return isTensor ? { layer, node, tensor } : undefined;
}

/** `[[name, node, tensor, kwargs], …]`, or only one of them where a layer takes no list. */
function callOfKeras2(node: readonly unknown[]): RawCall {
  const items = typeof node[0] === 'string' ? [node] : node;
  const operands: unknown[] = [];
  const options: Record<string, unknown> = {};
  for (const item of items) {
    const [name, , value, kwargs]: unknown[] = Array.isArray(item) ? item : [];
    operands.push(name === '_CONSTANT_VALUE' ? value : refOf(item));
    for (const [key, argument] of Object.entries(record(kwargs)))
      sort(key, refOf(argument) ?? argument, operands, options);
  }
  return { operands, options };
}

/** `{ args, kwargs }` with `__keras_tensor__` in them. */
function callOfKeras3({ args, kwargs }: Options): RawCall {
  const operands = tensorsIn(args);
  const options: Record<string, unknown> = {};
  for (const [key, argument] of Object.entries(record(kwargs))) {
    for (const value of tensorsIn(argument)) sort(key, value, operands, options);
  }
  return { operands, options };
}

/** Nested lists as one, tensors in them as Refs. */
function tensorsIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  const { class_name, config } = record(value);
  return [class_name === '__keras_tensor__' ? refOf(record(config).keras_history) : value];
}

/** The second operand of arithmetic may be a keyword argument; the others that are no tensors are options. */
function sort(key: string, value: unknown, operands: unknown[], options: Record<string, unknown>): void {
  if (isRef(value) || ['x1', 'x2', 'x', 'y'].includes(key)) operands.push(value);
  else options[key] = value;
}

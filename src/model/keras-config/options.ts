/**
 * A layer's options in the words of Keras 2, which TF.js reads, and only those that decide what it computes or learns.
 */
import { isKnownLayer, optionsOf } from '../layers/index.ts';
import { invalid, type Options, record } from './raw.ts';

/** A class and its options; `then` is the activation that such a layer has as a layer of its own. */
export interface Normalised {
  readonly className: string;
  readonly config: Options;
  readonly then?: Normalised;
}

/** Activations that are a layer with an option: what Keras means by their names. */
const activationLayers: ReadonlyMap<unknown, Normalised> = new Map([
  ['leaky_relu', { className: 'LeakyReLU', config: { alpha: 0.2 } }],
]);

/**
 * @param label how the layer is called in errors
 * @returns undefined where the class is not known
 */
export function normaliseOptions(className: string, raw: Options, label: string): Normalised | undefined {
  if (!isKnownLayer(className)) return undefined;
  if (raw.data_format !== undefined && raw.data_format !== null && raw.data_format !== 'channels_last') {
    throw invalid(`${label}: data_format must be channels_last; got ${raw.data_format}`);
  }
  const given: Record<string, unknown> = { ...raw, ...renamed(className, raw, label) };
  const [activation, then] = split(given.activation, label);
  if (then !== undefined && className === 'Activation') return then;
  given.activation = activation;
  const config: Record<string, unknown> = {};
  for (const key of optionsOf(className)) {
    const value = plain(given[key]);
    if (value !== undefined && value !== null) config[key] = value;
  }
  if (className === 'ReLU' && given.negative_slope) return leaky(given, label);
  return { className, config, ...(then === undefined ? {} : { then }) };
}

/** Options that Keras 3 calls otherwise, or that are lists where one number is meant. */
function renamed(className: string, raw: Options, label: string): Options {
  switch (className) {
    case 'InputLayer':
      return { batch_input_shape: withOpenBatch(plain(raw.batch_input_shape ?? raw.batch_shape)) };
    case 'LeakyReLU':
      return { alpha: raw.alpha ?? raw.negative_slope };
    case 'ReLU':
      if (raw.threshold) throw invalid(`${label}: threshold must be 0; got ${raw.threshold}`);
      return {};
    case 'GlobalAveragePooling2D':
    case 'GlobalMaxPooling2D':
      return { keepdims: raw.keepdims === true ? true : undefined };
    case 'Normalization':
      if (raw.invert) throw invalid(`${label}: invert must be false; got ${JSON.stringify(raw.invert)}`);
      return { axis: oneOf(raw.axis), mean: flat(raw.mean), variance: flat(raw.variance) };
    default:
      return Array.isArray(raw.axis) ? { axis: oneOf(raw.axis) } : {};
  }
}

/** A ReLU with a slope below 0 is a LeakyReLU, unless it is limited above too. */
function leaky({ negative_slope, max_value }: Options, label: string): Normalised {
  if (max_value === undefined || max_value === null)
    return { className: 'LeakyReLU', config: { alpha: negative_slope } };
  throw invalid(`${label}: expected negative_slope or max_value, not both; got ${negative_slope} and ${max_value}`);
}

const withOpenBatch = (shape: unknown): unknown => (Array.isArray(shape) ? [null, ...shape.slice(1)] : shape);
const oneOf = (value: unknown): unknown => (Array.isArray(value) && value.length === 1 ? value[0] : value);

/** An activation's name, or the layer that it is: a name, a function `{ class_name, config }`, or a layer in that form. */
function split(value: unknown, label: string): readonly [name: unknown, then?: Normalised] {
  const { class_name, config } = record(value);
  if (typeof class_name === 'string' && class_name !== 'function') {
    const then = normaliseOptions(class_name, record(config), label);
    if (then !== undefined && class_name !== 'PReLU') return [undefined, then];
    throw invalid(`${label}: activation must be a name or a layer without variables; got ${class_name}`);
  }
  const name = class_name === 'function' ? config : value;
  const then = activationLayers.get(name);
  if (then !== undefined) return [undefined, then];
  return [name === 'silu' ? 'swish' : name];
}

/** Arrays of Keras 3, and tuples and shapes of Keras 2, as the lists that they hold. */
function plain(value: unknown): unknown {
  const { class_name, config, items } = record(value);
  if (class_name === '__numpy__' || class_name === '__tensor__') return record(config).value;
  return class_name === '__tuple__' || class_name === 'TensorShape' ? items : value;
}

function flat(value: unknown): unknown {
  const list = plain(value);
  return Array.isArray(list) ? list.flat(Number.POSITIVE_INFINITY) : list;
}

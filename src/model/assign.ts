/**
 * The tensors of a file for the variables of a network.
 */
import { PixkinError } from '../errors.ts';
import { networkVariables, shown } from './layers/index.ts';
import { matchLayers } from './match-layers.ts';
import type {
  NetworkConfig,
  StoredLayer,
  StoredTensor,
  Tensor,
  VariableSpec,
  Weights,
  WeightsFile,
} from './network.ts';

/** Problems that one error shows. */
const SHOWN = 3;

/**
 * Matches layers by name where all names fit, else as `matchLayers` says; within a layer variables go by name where all fit, else
 * by order; shapes must be equal. Nothing is read before `data` is asked for, and then at each time anew, so that of a large file one
 * tensor is in memory at a time: the file must stay open, and who needs `data` twice keeps it.
 * @param label how errors call the file
 * @param o.allowSurplus layers that the file may have beside, such as those that a truncation dropped
 * @throws PixkinError `backbone_invalid`: names layers, what was expected of each and what was found
 */
export function assignWeights(
  config: NetworkConfig,
  file: Pick<WeightsFile, 'layers' | 'unordered'>,
  label: string,
  o: { allowSurplus?: ReadonlySet<string> } = {},
): Weights {
  const variables = networkVariables(config);
  const stored = file.layers.map(withoutState).filter(({ tensors }) => tensors.length > 0);
  const allowed = o.allowSurplus ?? new Set<string>();
  const matched = matchLayers(config, [...variables.keys()], { ...file, layers: stored }, allowed);
  if (matched === undefined) throw invalid(label, misfits(variables, stored, allowed));
  const problems: string[] = [];
  const weights = new Map<string, readonly (VariableSpec & Tensor)[]>();
  for (const [name, specs] of variables) {
    const layer = matched.get(name)!;
    const tensors = inOrder(specs, layer.tensors);
    const problem = misfit(specs, tensors);
    if (problem !== undefined) problems.push(`layer ${called(name, layer)}: ${problem}`);
    weights.set(
      name,
      specs.map((spec, index) => lazily(spec, tensors[index])),
    );
  }
  if (problems.length > 0) throw invalid(label, problems);
  return weights;
}

/** What a layer keeps beside its weights: counts are scalars, and random layers have the state of their generator. */
function withoutState({ layer, tensors }: StoredLayer): StoredLayer {
  const weights = tensors.filter(({ name, shape }) => shape.length > 0 && name !== 'seed_generator_state');
  return { layer, tensors: layer.startsWith('seed_generator') ? [] : weights };
}

/** The file's tensors in the order of the variables. Keras 3 calls the kernel of a depthwise convolution `kernel`. */
function inOrder(specs: readonly VariableSpec[], tensors: readonly StoredTensor[]): readonly StoredTensor[] {
  const isCalled = (tensor: StoredTensor, name: string): boolean =>
    tensor.name === name || (name === 'depthwise_kernel' && tensor.name === 'kernel');
  const named = specs.map(({ name }) => tensors.filter((tensor) => isCalled(tensor, name)));
  const fits = tensors.length === specs.length && named.every(({ length }) => length === 1);
  return fits ? named.flat() : tensors;
}

function misfit(specs: readonly VariableSpec[], tensors: readonly StoredTensor[]): string | undefined {
  const same = (spec: VariableSpec, index: number): boolean =>
    spec.shape.length === tensors[index]?.shape.length &&
    spec.shape.every((size, axis) => size === tensors[index]?.shape[axis]);
  if (specs.length === tensors.length && specs.every(same)) return undefined;
  return `expected ${list(specs)}; got ${list(tensors)}`;
}

function lazily(spec: VariableSpec, tensor: StoredTensor | undefined): VariableSpec & Tensor {
  return {
    name: spec.name,
    shape: spec.shape,
    get data(): Float32Array {
      return tensor?.read() ?? new Float32Array(0);
    },
  };
}

/** What is missing and what is there beside, by name. */
function misfits(
  variables: ReadonlyMap<string, readonly VariableSpec[]>,
  stored: readonly StoredLayer[],
  allowed: ReadonlySet<string>,
): readonly string[] {
  const names = new Set(stored.map(({ layer }) => layer));
  const missing = [...variables].filter(([name]) => !names.has(name));
  const surplus = stored.filter(({ layer }) => !variables.has(layer) && !allowed.has(layer));
  const twice = stored.filter(({ layer }, index) => stored.findIndex((other) => other.layer === layer) < index);
  return [
    ...missing.map(([name, specs]) => `layer ${name}: expected ${list(specs)}; got nothing`),
    ...surplus.map(({ layer, tensors }) => `layer ${layer}: expected nothing; got ${list(tensors)}`),
    ...twice.map(({ layer, tensors }) => `layer ${layer}: expected once; got also ${list(tensors)}`),
  ];
}

const list = (items: readonly (VariableSpec | StoredTensor)[]): string =>
  items.map(({ name, shape }) => `${name} ${shown(shape)}`).join(', ') || 'nothing';

const called = (name: string, { layer }: StoredLayer): string =>
  name === layer ? name : `${name} (in the file ${layer})`;

function invalid(label: string, problems: readonly string[]): PixkinError {
  const more = problems.length > SHOWN ? `; and ${problems.length - SHOWN} more` : '';
  return new PixkinError('backbone_invalid', `${label}: ${problems.slice(0, SHOWN).join('; ')}${more}`);
}

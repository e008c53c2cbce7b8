/**
 * Does a manifest fit the file that it describes? Asked once, when the file is loaded.
 */
import { PixkinError } from '../errors.ts';
import type { CompiledNetwork } from '../model/compile.ts';

/** An input or output as the file declares it; a dimension that is not fixed is a name. */
export interface TensorInfo {
  readonly name: string;
  /** undefined where it is no tensor. */
  readonly type?: string;
  readonly shape?: readonly (number | string)[];
}

/**
 * Compares what is said of a network with what its file declares.
 * @returns the batch that the file fixes, or null where it takes any
 * @throws PixkinError `backbone_invalid`: the field, what the manifest says, what the file has
 */
export function checkFit(
  { input, output, classes, label }: Omit<CompiledNetwork, 'bytes'>,
  inputs: readonly TensorInfo[],
  outputs: readonly TensorInfo[],
): number | null {
  const [folder, file] = label.split('/');
  const fail = (field: string, said: string, has: string): never => {
    throw new PixkinError('backbone_invalid', `${folder}/model.json: ${field} is ${said}, but ${file} has ${has}`);
  };
  const given = inputs.find(({ name }) => name === input.name);
  if (!given) return fail('input.name', input.name, `the input ${names(inputs)}`);
  if (inputs.length > 1) return fail('input', `${input.name} alone`, `the inputs ${names(inputs)}`);
  if (given.type !== input.type) return fail('input.type', input.type, given.type ?? 'no tensor');
  const { width, height } = input;
  const sizes = input.layout === 'nhwc' ? [height, width, 3] : [3, height, width];
  const [batch, ...rest] = given.shape ?? [];
  if (rest.length !== 3 || rest.some((dimension, i) => typeof dimension === 'number' && dimension !== sizes[i])) {
    const said = `[N, ${sizes.join(', ')}] (input.layout ${input.layout}, height ${height}, width ${width})`;
    return fail('the shape of input', said, shapeText(given));
  }

  const made = outputs.find(({ name }) => name === output.name);
  if (!made) return fail('output.name', output.name, `the output ${names(outputs)}`);
  if (made.type !== 'float32') return fail(`the type of output ${output.name}`, 'float32', made.type ?? 'no tensor');
  const [, ...numbers] = made.shape ?? [];
  const known = numbers.every((dimension) => typeof dimension === 'number');
  if (known && numbers.reduce<number>((a, b) => a * Number(b), 1) !== output.dim) {
    return fail('output.dim', String(output.dim), `${output.name} ${shapeText(made)}`);
  }
  if (classes && !outputs.some(({ name }) => name === classes.output)) {
    return fail('classes.output', classes.output, `the output ${names(outputs)}`);
  }
  return typeof batch === 'number' ? batch : null;
}

function names(tensors: readonly TensorInfo[]): string {
  return tensors.map(({ name }) => name).join(', ');
}

function shapeText({ shape }: TensorInfo): string {
  return `[${(shape ?? []).map((dimension) => dimension || '?').join(', ')}]`;
}

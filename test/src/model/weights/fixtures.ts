/** What test/fixtures/keras/weights.py puts into its files. */
import { join } from 'node:path';
import { packageRoot } from '../../../../src/files.ts';
import type { WeightsFile } from '../../../../src/model/network.ts';
import { openWeights } from '../../../../src/model/weights/index.ts';

export interface Contents {
  layer: string;
  tensors: { name: string; shape: readonly number[]; numbers: readonly number[] }[];
}

type Layers = readonly (readonly [layer: string, tensors: readonly (readonly [name: string, ...shape: number[]])[]])[];

export const fixture = (...path: readonly string[]): string =>
  join(packageRoot, 'test/fixtures/keras/weights', ...path);

export const tiny: Layers = [
  ['conv1', [['kernel', 3, 3, 3, 4]]],
  [
    'conv1_bn',
    [
      ['beta', 4],
      ['moving_mean', 4],
      ['moving_variance', 4],
    ],
  ],
  [
    'conv_dw_1',
    [
      ['kernel', 3, 3, 4, 1],
      ['bias', 4],
    ],
  ],
  [
    'separable',
    [
      ['depthwise_kernel', 1, 1, 4, 1],
      ['pointwise_kernel', 1, 1, 4, 5],
      ['bias', 5],
    ],
  ],
  ['prelu', [['alpha', 1, 1, 5]]],
  [
    'predictions',
    [
      ['kernel', 5, 3],
      ['bias', 3],
    ],
  ],
];

const weighted = (layer: string, ...kernel: number[]): Layers[number] => [
  layer,
  [
    ['kernel', ...kernel],
    ['bias', kernel.at(-1)!],
  ],
];

export const nested: Layers = [
  [
    'normalise',
    [
      ['mean', 3],
      ['variance', 3],
    ],
  ],
  weighted('stem', 3, 3, 3, 2),
  [
    'stem_bn',
    [
      ['gamma', 2],
      ['beta', 2],
      ['moving_mean', 2],
      ['moving_variance', 2],
    ],
  ],
  weighted('stem_out', 1, 1, 2, 2),
  weighted('shared', 1, 1, 2, 2),
  weighted('hidden', 2, 3),
  weighted('classes', 3, 2),
];

export const dense: Layers = [weighted('dense', 4, 3)];

/** The numbers of a variable, by the rule of weights.py. */
export function numbersOf(variable: number, shape: readonly number[]): number[] {
  const count = shape.reduce((product, size) => product * size, 1);
  return Array.from({ length: count }, (_, i) => (((31 * variable + 7 * i) % 97) - 48) / 64);
}

/** @param named what the file calls a tensor: layer, name, and which of the layer's it is */
export function expected(
  layers: Layers,
  named = (_layer: string, name: string, _index: number): string => name,
): Contents[] {
  let variable = 0;
  return layers.map(([layer, tensors]) => ({
    layer,
    tensors: tensors.map(([name, ...shape], index) => ({
      name: named(layer, name, index),
      shape,
      numbers: numbersOf(variable++, shape),
    })),
  }));
}

/** As Keras 3 names the variables of a layer: by number. */
export const numbered = (layers: Layers): Contents[] => expected(layers, (_layer, _name, index) => `${index}`);

export const contents = (file: Pick<WeightsFile, 'layers'>): Contents[] =>
  file.layers.map(({ layer, tensors }) => ({
    layer,
    tensors: tensors.map(({ name, shape, read }) => ({ name, shape, numbers: [...read()] })),
  }));

/** Everything in a file, which is closed again. */
export async function read(path: string): Promise<Contents[]> {
  const file = await openWeights(path);
  try {
    return contents(file);
  } finally {
    file.close();
  }
}

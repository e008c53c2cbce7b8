import { expect, test } from 'vitest';
import { chooseNormalisation } from '../../../../src/model/import/normalisation.ts';
import type { NetworkConfig } from '../../../../src/model/network.ts';

const network = (...classes: string[]): NetworkConfig => ({
  class_name: 'Functional',
  config: {
    name: 'n',
    layers: classes.map((class_name) => ({ class_name, name: `my_${class_name}`, config: {}, inbound_nodes: [] })),
    input_layers: [['my_InputLayer', 0, 0]],
    output_layers: [['my_Dense', 0, 0]],
  },
});
const plain = network('InputLayer', 'Dense');
const vgg = { colour: 'bgr', mode: 'caffe' } as const;

test.each([
  ['a mode', { mode: 'torch' }, { colour: 'rgb', mode: 'torch' }],
  ['mode caffe means bgr', { mode: 'caffe' }, vgg],
  ['mode none leaves the bytes', { mode: 'none' }, { colour: 'rgb', scale: 1, mean: [0, 0, 0], std: [1, 1, 1] }],
  [
    'parts that are not said do nothing',
    { scale: 1 / 255, colour: 'bgr' },
    { colour: 'bgr', scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] },
  ],
  ['what is said goes before what the architecture has', { mode: 'tf' }, { colour: 'rgb', mode: 'tf' }],
] as const)('%s', (_, given, normalisation) => {
  expect(chooseNormalisation(given, plain, vgg)).toEqual({ normalisation });
});

test('an architecture has its own', () => {
  expect(chooseNormalisation({}, plain, vgg)).toEqual({ normalisation: vgg });
});

test.each(['Rescaling', 'Normalization'])('a network with a %s layer gets bytes, and that is said', (layer) => {
  const { normalisation, note } = chooseNormalisation({}, network('InputLayer', layer, 'Dense'), undefined);
  expect(normalisation).toEqual({ colour: 'rgb', scale: 1, mean: [0, 0, 0], std: [1, 1, 1] });
  expect(note).toBe(`its layer my_${layer} (${layer}) prepares the input: it gets bytes, 0 to 255`);
});

test.each([
  ['nothing', {}, undefined, 'must be said'],
  ['a mode and parts', { mode: 'tf', scale: 1 }, undefined, 'got both'],
  ['caffe in another colour', { mode: 'caffe', colour: 'rgb' }, undefined, '--mode caffe means --colour bgr; got rgb'],
  ['a colour against the architecture', { colour: 'rgb' }, vgg, '--colour rgb needs --mode none'],
] as const)('%s is a usage error', (_, given, known, message) => {
  expect(() => chooseNormalisation(given, plain, known)).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }),
  );
});

import { expect, test } from 'vitest';
import { callsOf, inputShape, networkVariables, shapesOf } from '../../../../src/model/layers/index.ts';
import { classifier, input, layer, network } from '../networks.ts';

const conv = { filters: 3, kernel_size: 3, padding: 'same' };
const called = layer('conv', 'Conv2D', ['pixels'], conv);
/** `conv` is called again on what came of it; `relu` is between. */
const shared = network(
  input(8, 6),
  { ...called, inbound_nodes: [...called.inbound_nodes, [['relu', 0, 0, {}]]] },
  layer('relu', 'ReLU', ['conv']),
  layer('flat', 'Flatten', ['conv:1']),
);

test('shapes of all tensors are known by the names of their layers', () => {
  expect([...shapesOf(classifier())]).toEqual([
    ['pixels', [8, 6, 3]],
    ['first', [8, 6, 4]],
    ['second', [8, 6, 4]],
    ['sum', [8, 6, 4]],
    ['pool', [4]],
    ['classes', [5]],
  ]);
});

test('a later call of a layer has a tensor of its own, and comes after what it takes', () => {
  expect([...shapesOf(shared).keys()]).toEqual(['pixels', 'conv', 'relu', 'conv:1', 'flat']);
  expect(callsOf(shared).map(({ layer: { name }, node }) => `${name} ${node}`)).toEqual([
    'pixels 0',
    'conv 0',
    'relu 0',
    'conv 1',
    'flat 0',
  ]);
});

test('only layers with variables are in the list of variables', () => {
  expect([...networkVariables(classifier())]).toEqual([
    [
      'first',
      [
        { name: 'kernel', shape: [3, 3, 3, 4] },
        { name: 'bias', shape: [4] },
      ],
    ],
    ['second', [{ name: 'kernel', shape: [1, 1, 4, 4] }]],
    [
      'classes',
      [
        { name: 'kernel', shape: [4, 5] },
        { name: 'bias', shape: [5] },
      ],
    ],
  ]);
  expect([...networkVariables(shared).keys()]).toEqual(['conv']);
});

test('an open input has a shape with null, and no other shapes can be known', () => {
  const open = network(input(null, null), layer('flat', 'Flatten', ['pixels']));
  expect(inputShape(open)).toEqual([null, null, 3]);
  expect(() => shapesOf(open)).toThrow('layer pixels (InputLayer): expected an input of a known size; got ? x ? x 3');
});

test('a layer that is not there, and layers in a circle, are errors', () => {
  expect(() => shapesOf(network(input(8, 6), layer('flat', 'Flatten', ['gone'])))).toThrow(
    'expected a layer for gone; there is none',
  );
  const circle = network(input(8, 6), layer('a', 'ReLU', ['b']), layer('b', 'ReLU', ['a']));
  expect(() => shapesOf(circle)).toThrow('expected no circle of layers; a waits for itself');
});

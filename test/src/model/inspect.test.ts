import { expect, test } from 'vitest';
import { architectures } from '../../../src/model/architectures/index.ts';
import { inspectNetwork } from '../../../src/model/inspect.ts';
import { normaliseConfig } from '../../../src/model/keras-config.ts';
import { factsOf } from './keras-facts.ts';
import { classifier } from './networks.ts';

test('each layer has its shape, its numbers, what it costs and whether a cut is possible there', () => {
  const pixels = 8 * 6;
  expect(inspectNetwork(classifier())).toEqual({
    layers: [
      { name: 'pixels', class_name: 'InputLayer', shape: [8, 6, 3], parameters: 0, multiplyAdds: 0, cuttable: false },
      {
        name: 'first',
        class_name: 'Conv2D',
        shape: [8, 6, 4],
        parameters: 9 * 3 * 4 + 4,
        multiplyAdds: pixels * 9 * 3 * 4,
        cuttable: true,
      },
      {
        name: 'second',
        class_name: 'Conv2D',
        shape: [8, 6, 4],
        parameters: 16,
        multiplyAdds: pixels * 16,
        cuttable: true,
      },
      { name: 'sum', class_name: 'Add', shape: [8, 6, 4], parameters: 0, multiplyAdds: 0, cuttable: true },
      {
        name: 'pool',
        class_name: 'GlobalAveragePooling2D',
        shape: [4],
        parameters: 0,
        multiplyAdds: 0,
        cuttable: true,
      },
      { name: 'classes', class_name: 'Dense', shape: [5], parameters: 25, multiplyAdds: 20, cuttable: true },
    ],
    parameters: 112 + 16 + 25,
    multiplyAdds: pixels * (108 + 16) + 20,
  });
});

test('a layer that is called twice has its parameters once and its cost twice', () => {
  const { layers, parameters } = inspectNetwork(normaliseConfig(factsOf('shared').keras, 'shared'));
  const conv = layers.find(({ name }) => name === 'conv2d');
  expect(conv).toMatchObject({ parameters: 84, multiplyAdds: 9 * 3 * 3 * (8 * 8 + 4 * 4), cuttable: false });
  expect(parameters).toBe(factsOf('shared').parameters);
});

test('published figures: VGG16 has 138,357,544 parameters and takes 15.5 thousand million multiply-adds', () => {
  const vgg16 = inspectNetwork(architectures.get('vgg16')!.config({ top: true }));
  expect(vgg16.parameters).toBe(138_357_544);
  expect(vgg16.multiplyAdds).toBe(15_470_264_320);
});

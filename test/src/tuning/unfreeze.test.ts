import { describe, expect, test } from 'vitest';
import { architectures } from '../../../src/model/architectures/index.ts';
import { normaliseConfig } from '../../../src/model/keras-config.ts';
import { truncate } from '../../../src/model/truncate.ts';
import { countedLayers, trainedLayers, unfrozenLayers } from '../../../src/tuning/unfreeze.ts';
import { tinyConfig } from './tiny.ts';

const tiny = truncate(tinyConfig(), { layer: 'top_relu', pooling: 'avg' });
const layers = countedLayers(tiny, new Set(['embedding']));
const chosen = (spec: string): string[] => [...unfrozenLayers(tiny, layers, spec)];

const lite0 = truncate(
  normaliseConfig(architectures.get('efficientnet-lite0')!.config({ top: true }), 'efficientnet-lite0'),
  { pooling: 'avg' },
);
const liteLayers = countedLayers(lite0, new Set(['embedding']));

test('layers are counted as Keras counts those of a base model: with the input, without the pooling after it', () => {
  expect(layers).toHaveLength(16);
  expect(layers[0]?.name).toBe('picture');
  expect(layers.at(-1)?.name).toBe('top_relu');
  const mobilenet = architectures.get('mobilenetv2')!.config({ top: false });
  const config = truncate(normaliseConfig(mobilenet, 'mobilenetv2'), { pooling: 'avg' });
  expect(countedLayers(config, new Set(['embedding']))).toHaveLength(154);
});

test('an activation that was split from its layer does not count', () => {
  const split = truncate(
    normaliseConfig(
      {
        class_name: 'Sequential',
        config: {
          name: 'sequential',
          layers: [
            {
              class_name: 'Conv2D',
              config: {
                name: 'a',
                filters: 2,
                kernel_size: 3,
                activation: 'leaky_relu',
                batch_input_shape: [null, 8, 8, 3],
              },
            },
            { class_name: 'Conv2D', config: { name: 'b', filters: 2, kernel_size: 3, activation: 'leaky_relu' } },
          ],
        },
      },
      'test',
    ),
    { pooling: 'avg' },
  );
  const names = countedLayers(split, new Set(['embedding'])).map(({ name }) => name);
  expect(names.slice(-2)).toEqual(['a', 'b']);
  expect([...unfrozenLayers(split, countedLayers(split, new Set(['embedding'])), 'last:1')]).toEqual(['b']);
});

describe('what is trained', () => {
  test('last:N is the last N layers, of which those count that have variables', () => {
    expect(chosen('last:3')).toEqual(['top_conv', 'top_bn']);
    expect(chosen('last:5')).toEqual(['side_conv', 'top_conv', 'top_bn']);
    expect([...unfrozenLayers(lite0, liteLayers, 'last:20')]).toEqual([
      'block6d_expand_conv',
      'block6d_expand_bn',
      'block6d_dwconv',
      'block6d_bn',
      'block6d_project_conv',
      'block6d_project_bn',
      'block7a_expand_conv',
      'block7a_expand_bn',
      'block7a_dwconv',
      'block7a_bn',
      'block7a_project_conv',
      'block7a_project_bn',
      'top_conv',
      'top_bn',
    ]);
  });

  test('from: is a layer and all after it, by its name or its place', () => {
    expect(chosen('from:side_conv')).toEqual(['side_conv', 'top_conv', 'top_bn']);
    expect(chosen('from:13')).toEqual(['top_conv', 'top_bn']);
  });

  test('scope: is what names begin with, and leaves out what lies between', () => {
    expect(chosen('scope:stem')).toEqual(['stem_conv', 'stem_bn']);
    expect(chosen('scope:top,block_project')).toEqual(['block_project', 'block_project_bn', 'top_conv', 'top_bn']);
  });

  test('all is all', () => {
    expect(chosen('all')).toHaveLength(9);
  });

  test('from scratch all are, and layers that begin at random always are', () => {
    const added = new Set(['embedding']);
    expect(trainedLayers(tiny, added, { fineTune: null, fromScratch: true }, new Set())).toHaveLength(9);
    const some = trainedLayers(tiny, added, { fineTune: 'last:3', fromScratch: false }, new Set(['stem_conv']));
    expect([...some]).toEqual(['top_conv', 'top_bn', 'stem_conv']);
  });
});

test.each([
  ['last:0', 'fineTune last:N must have an N of 1 to 16, the layers of this network; got 0', undefined],
  ['last:17', 'fineTune last:N must have an N of 1 to 16, the layers of this network; got 17', undefined],
  ['last:1', 'fineTune must reach a layer that has variables; last:1 has none', 'last:2 reaches top_bn'],
  ['from:top_cnv', "fineTune from: must name a layer, or its place, 0 to 15; got 'top_cnv'", 'did you mean top_conv'],
  ['from:16', "fineTune from: must name a layer, or its place, 0 to 15; got '16'", 'its last layers are'],
  [
    'scope:blok',
    "fineTune scope: must be what names of layers begin with; none begins with 'blok'",
    'did you mean block',
  ],
  ['scope:top,', "fineTune scope: must be what names of layers begin with; none begins with ''", undefined],
  ['last', "fineTune must be last:N, from:LAYER, scope:PREFIX or all; got 'last'", undefined],
  ['all:3', "fineTune must be last:N, from:LAYER, scope:PREFIX or all; got 'all:3'", undefined],
  ['20', "fineTune must be last:N, from:LAYER, scope:PREFIX or all; got '20'", undefined],
])('%s is an error that says what was expected', (spec, message, hint) => {
  expect(() => chosen(spec)).toThrow(
    expect.objectContaining({ code: 'invalid_request', message, ...(hint && { hint: expect.stringContaining(hint) }) }),
  );
});

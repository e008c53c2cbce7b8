import { describe, expect, test } from 'vitest';
import { networkVariables, shapesOf, trainingOnly } from '../../../../src/model/layers/index.ts';
import { factsOf, networkFacts } from '../keras-facts.ts';
import { classifier } from '../networks.ts';
import { find, read, wiring } from './models.ts';

const cases = networkFacts.flatMap((facts) => [
  { name: facts.name, facts, kind: '.keras', json: facts.keras },
  { name: facts.name, facts, kind: '.h5', json: facts.h5 },
]);

describe.each(cases)('the $name model of Keras 3, from $kind', ({ facts, json }) => {
  const network = read(json);

  test('has the shapes and variables that Keras has, and none of them is missing', () => {
    const shapes = shapesOf(network);
    const variables = networkVariables(network);
    const known = network.config.layers.filter(({ name }) => name in facts.layers);
    for (const { name } of known) expect([name, shapes.get(name)]).toEqual([name, facts.layers[name]!.shape]);
    const withVariables = Object.entries(facts.layers).filter(([, layer]) => layer.variables.length > 0);
    expect([...variables.keys()]).toEqual(withVariables.map(([name]) => name));
    const sizes = [...variables.values()].flat().map(({ shape }) => shape.reduce((product, size) => product * size, 1));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(facts.parameters);
  });

  test('is unchanged when it is read once more', () => {
    expect(read(JSON.parse(JSON.stringify(network)))).toEqual(network);
  });

  test('has nothing left that only training needs', () => {
    const text = JSON.stringify(network);
    expect(network.config.layers.filter(({ class_name }) => trainingOnly.has(class_name))).toEqual([]);
    expect(text).not.toMatch(/initializer|regularizer|DTypePolicy|data_format|module/);
  });
});

test('a nested model is inlined, arithmetic and activations with an option are layers, and a call without variables too', () => {
  expect(wiring(read(factsOf('nested').keras))).toEqual([
    'input_layer <- ',
    'true_divide <- input_layer',
    'subtract <- true_divide',
    'conv2d <- subtract',
    'conv2d/activation <- conv2d',
    're_lu <- conv2d/activation',
    'conv2d_1 <- re_lu',
    'batch_normalization <- conv2d_1',
    'activation <- batch_normalization',
    're_lu_call_2 <- activation',
    'add <- re_lu + re_lu_call_2',
    'subtract_1 <- add',
    'conv2d_2 <- subtract_1',
    'conv2d_2/activation <- conv2d_2',
    'p_re_lu <- conv2d_2/activation',
    'global_average_pooling2d <- p_re_lu',
    'dense <- global_average_pooling2d',
  ]);
  const network = read(factsOf('nested').keras);
  expect(find(network, 'true_divide')).toMatchObject({
    class_name: 'Rescaling',
    config: { scale: 1 / 127.5, offset: 0 },
  });
  expect(find(network, 'subtract')).toMatchObject({ class_name: 'Rescaling', config: { scale: 1, offset: -1 } });
  expect(find(network, 'subtract_1')).toMatchObject({ class_name: 'Rescaling', config: { scale: -1, offset: 1 } });
  expect(find(network, 'conv2d/activation')).toMatchObject({ class_name: 'LeakyReLU', config: { alpha: 0.2 } });
  expect(find(network, 'conv2d_2/activation')).toMatchObject({ class_name: 'LeakyReLU', config: { alpha: 0.3 } });
  expect(find(network, 'activation')).toMatchObject({ config: { activation: 'swish' } });
});

test('a layer with variables that is called twice stays one layer', () => {
  const network = read(factsOf('shared').keras);
  expect(wiring(network).slice(1, 5)).toEqual([
    'conv2d <- input_layer | max_pooling2d',
    're_lu <- conv2d',
    'max_pooling2d <- re_lu',
    'flatten <- conv2d:1',
  ]);
});

test('a Sequential model is a chain that begins with its input', () => {
  expect(wiring(read(factsOf('sequential').h5))).toEqual([
    'input_layer_1 <- ',
    'conv2d <- input_layer_1',
    'depthwise_conv2d <- conv2d',
    'global_max_pooling2d <- depthwise_conv2d',
    'dense <- global_max_pooling2d',
  ]);
});

test("TF.js' model.json is read as it is", () => {
  const topology = { model_config: factsOf('shared').h5, keras_version: 'tfjs-layers 4.22.0' };
  expect(read({ format: 'layers-model', modelTopology: topology })).toEqual(read(factsOf('shared').h5));
});

test('a network in the form that is kept comes back as it was', () => {
  expect(read(classifier())).toEqual(classifier());
});

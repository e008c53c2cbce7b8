/** Models as Keras 2 writes them, and how networks are looked at. */
import { normaliseConfig } from '../../../../src/model/keras-config.ts';
import type { LayerConfig, NetworkConfig } from '../../../../src/model/network.ts';

export const read = (json: unknown): NetworkConfig => normaliseConfig(json, 'small.h5');
export const names = ({ config }: NetworkConfig): string[] => config.layers.map(({ name }) => name);
export const find = ({ config }: NetworkConfig, name: string): LayerConfig | undefined =>
  config.layers.find((layer) => layer.name === name);
/** `name <- inputs`, a later call of a layer as `name:1`. */
export const wiring = ({ config }: NetworkConfig): string[] =>
  config.layers.map(({ name, inbound_nodes }) => {
    const calls = inbound_nodes.map((call) =>
      call.map(([from, node]) => (node ? `${from}:${node}` : from)).join(' + '),
    );
    return `${name} <- ${calls.join(' | ')}`;
  });

export const layer2 = (class_name: string, name: string, from: unknown, config: object = {}) => ({
  class_name,
  name,
  config: { name, trainable: true, dtype: 'float32', ...config },
  inbound_nodes: from === undefined ? [] : from,
});
export const pixels2 = layer2('InputLayer', 'input_1', undefined, {
  batch_input_shape: [null, 8, 6, 3],
  sparse: false,
});
export const conv2 = (name: string, from: unknown, config: object = {}) =>
  layer2('Conv2D', name, from, { filters: 4, kernel_size: [3, 3], strides: [1, 1], padding: 'same', ...config });
export const model2 = (layers: unknown[], output: string, node = 0, class_name = 'Functional') => ({
  class_name,
  config: { name: 'model', layers, input_layers: [['input_1', 0, 0]], output_layers: [[output, node, 0]] },
  keras_version: '2.9.0',
});
export const tensor = (name: string, node = 0, options: object = {}) => [name, node, 0, options];

/** Small networks, written by hand as they are kept. */
import type { InboundTensor, LayerConfig, NetworkConfig } from '../../../src/model/network.ts';

/** A layer and the names of what it takes; a later call of a layer is `name:1`. */
export function layer(
  name: string,
  class_name: string,
  inputs: readonly string[] = [],
  config: Readonly<Record<string, unknown>> = {},
): LayerConfig {
  const tensors = inputs.map((input): InboundTensor => {
    const [from = '', node = '0'] = input.split(':');
    return [from, Number(node), 0, {}];
  });
  return { class_name, name, config: { name, ...config }, inbound_nodes: tensors.length === 0 ? [] : [tensors] };
}

export const input = (height: number | null, width: number | null): LayerConfig =>
  layer('pixels', 'InputLayer', [], { batch_input_shape: [null, height, width, 3] });

/** The last layer is the output. */
export function network(...layers: readonly LayerConfig[]): NetworkConfig {
  return {
    class_name: 'Functional',
    config: {
      name: 'small',
      layers,
      input_layers: [[layers[0]!.name, 0, 0]],
      output_layers: [[layers.at(-1)!.name, 0, 0]],
    },
  };
}

/** Two convolutions, whose results are added, then what most networks end with. */
export function classifier(
  end: readonly LayerConfig[] = [layer('pool', 'GlobalAveragePooling2D', ['sum'])],
): NetworkConfig {
  return network(
    input(8, 6),
    layer('first', 'Conv2D', ['pixels'], { filters: 4, kernel_size: 3, padding: 'same', activation: 'relu' }),
    layer('second', 'Conv2D', ['first'], { filters: 4, kernel_size: 1, use_bias: false }),
    layer('sum', 'Add', ['first', 'second']),
    ...end,
    layer('classes', 'Dense', [end.at(-1)!.name], { units: 5, activation: 'softmax' }),
  );
}

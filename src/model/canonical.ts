/**
 * One text for things that are equal, whatever order their parts were written in.
 */
import { isKnownLayer, type LayerClassName, optionsOf } from './layers/index.ts';
import type { LayerConfig, NetworkConfig } from './network.ts';

/** JSON with the keys of every object sorted. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

const windows = { strides: [1, 1], padding: 'valid', dilation_rate: [1, 1], activation: 'linear', use_bias: true };

/** What an option means where it is left out. Some writers say all of them, some only the others. */
const defaults: Readonly<Partial<Record<LayerClassName, Readonly<Record<string, unknown>>>>> = {
  Conv2D: { ...windows, groups: 1 },
  DepthwiseConv2D: { ...windows, depth_multiplier: 1 },
  SeparableConv2D: { ...windows, depth_multiplier: 1 },
  Dense: { activation: 'linear', use_bias: true },
  MaxPooling2D: { padding: 'valid' },
  AveragePooling2D: { padding: 'valid' },
  GlobalAveragePooling2D: { keepdims: false },
  GlobalMaxPooling2D: { keepdims: false },
  BatchNormalization: { epsilon: 1e-3, center: true, scale: true },
  UpSampling2D: { interpolation: 'nearest' },
};

/** Options for both axes, which some writers say once. */
const pairs = new Set(['kernel_size', 'strides', 'dilation_rate', 'pool_size', 'size']);
const pair = (value: unknown): unknown => (typeof value === 'number' ? [value, value] : value);

/** What a network computes: its layers by name, without their order, and of their options those that decide its numbers. */
export function canonicalNetwork({ config }: NetworkConfig): unknown {
  const layers = Object.fromEntries(config.layers.map((layer) => [layer.name, canonicalLayer(layer)]));
  return { layers, output: config.output_layers[0] };
}

function canonicalLayer({ class_name, config, inbound_nodes }: LayerConfig): unknown {
  const inputs = inbound_nodes.map((call) => call.map(([name, node]) => [name, node]));
  if (!isKnownLayer(class_name)) return { class_name, config, inputs };
  const given = (key: string): unknown => (pairs.has(key) ? pair(config[key]) : config[key]);
  const options = optionsOf(class_name).filter((key) => {
    // `momentum` is for training. But in Concatenate an axis can only be the last one, which has several spellings.
    const decisive = key !== 'momentum' && (key !== 'axis' || class_name === 'Concatenate');
    const usual = defaults[class_name]?.[key];
    return decisive && (config[key] ?? undefined) !== undefined && canonicalJson(given(key)) !== canonicalJson(usual);
  });
  return { class_name, options: Object.fromEntries(options.map((key) => [key, given(key)])), inputs };
}

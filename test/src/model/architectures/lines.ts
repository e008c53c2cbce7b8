/** The lines that test/fixtures/keras/architectures.py writes, of our own networks. */
import { createHash } from 'node:crypto';
import { inputShapes, outputShape, type Shape, variablesOf } from '../../../../src/model/layers/index.ts';
import type { LayerConfig, NetworkConfig } from '../../../../src/model/network.ts';

export interface Line {
  /** `name Class key=value key=value <- inputs -> shape parameters` */
  readonly full: string;
  /** `name Class shape parameters digest` */
  readonly short: string;
  readonly shape: Shape;
  readonly parameters: number;
}

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function show(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(show).join(',')}]` : String(value);
}

/** One for each layer, in order. */
export function linesOf({ config }: NetworkConfig): readonly Line[] {
  const shapes = new Map<string, Shape>();
  return config.layers.map((layer) => {
    const inputs = inputShapes(shapes, layer.inbound_nodes[0] ?? []);
    // Compilers never see Dropout: it is left out when a config is read.
    const inert = layer.class_name === 'Dropout';
    const shape = inert ? inputs[0]! : outputShape(layer, inputs);
    shapes.set(layer.name, shape);
    const variables = inert ? [] : variablesOf(layer, inputs);
    return line(
      layer,
      shape,
      variables.reduce((sum, variable) => sum + product(variable.shape), 0),
    );
  });
}

function line(layer: LayerConfig, shape: Shape, parameters: number): Line {
  const { name, ...options } = layer.config;
  if (name !== layer.name) throw new Error(`${layer.name} is called ${name} in its own config`);
  const fields = Object.entries(options).map(([key, value]) => `${key}=${show(value)}`);
  const inputs = (layer.inbound_nodes[0] ?? []).map(([input]) => input).join(',');
  const size = shape.join('x');
  const full = [layer.name, layer.class_name, ...fields.sort(), '<-', inputs, '->', size, parameters].join(' ');
  const short = [layer.name, layer.class_name, size, parameters, digest(full).slice(0, 6)].join(' ');
  return { full, short, shape, parameters };
}

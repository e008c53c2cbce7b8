/** What test/fixtures/keras/onnx/networks.py wrote: small networks, and what Keras makes of two pictures with them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../../src/files.ts';
import { networkVariables } from '../../../../src/model/layers/index.ts';
import type { LayerConfig, Network, NetworkConfig, Tensor, VariableSpec } from '../../../../src/model/network.ts';
import type { InputColours } from '../../../../src/model/to-onnx/input.ts';

/** Class and options, and the places of what it takes; 0 is the input, absent the one before. `again`: the layer of another place. */
type Step = readonly [name: string, options: Record<string, unknown> | number, inputs?: readonly number[]];

export interface Case {
  readonly title: string;
  readonly size: readonly [height: number, width: number];
  readonly input: InputColours;
  readonly layers: readonly Step[];
  readonly outputs: readonly { readonly layer: number; readonly shape: number[]; readonly numbers: number[] }[];
}

const file = join(packageRoot, 'test/fixtures/keras/onnx/networks.json');
export const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

/** -1 to 1 in steps of 1/50, as networks.py has it. */
export function ramp(length: number, step: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => (((i * step + 11) % 101) - 50) / 50);
}

/** The two pictures, one after the other, RGB. */
export function pixelsOf({ size: [height, width] }: Case): Uint8Array {
  return Uint8Array.from({ length: 2 * height * width * 3 }, (_, i) => (i * 37 + 11) % 256);
}

/** Its last layer is the output; layer `l1` is at place 1, and so on. */
export function networkOf({ size, layers }: Case): Network {
  const made: LayerConfig[] = [layer('l0', 'InputLayer', { batch_input_shape: [null, ...size, 3] }, [])];
  const places: [name: string, node: number][] = [['l0', 0]];
  layers.forEach(([name, options, inputs = [places.length - 1]]) => {
    const call = inputs.map((place) => [...places[place]!, 0, {}] as const);
    const again = typeof options === 'number' ? made.find((each) => each.name === `l${options}`)! : undefined;
    if (again) {
      places.push([again.name, again.inbound_nodes.length]);
      made[made.indexOf(again)] = { ...again, inbound_nodes: [...again.inbound_nodes, call] };
    } else {
      const own = `l${places.length}`;
      places.push([own, 0]);
      made.push(layer(own, name, options as Record<string, unknown>, [call]));
    }
  });
  const [output, node] = places.at(-1)!;
  const config: NetworkConfig = {
    class_name: 'Functional',
    config: { name: 'case', layers: made, input_layers: [['l0', 0, 0]], output_layers: [[output, node, 0]] },
  };
  const weights = [...networkVariables(config)].map(([name, specs]) => [name, specs.map(variable)] as const);
  return { config, weights: new Map(weights) };
}

const layer = (
  name: string,
  class_name: string,
  config: Record<string, unknown>,
  inbound_nodes: LayerConfig['inbound_nodes'],
): LayerConfig => ({ class_name, name, config, inbound_nodes });

/** With numbers as networks.py gives them. */
export function variable(spec: VariableSpec): VariableSpec & Tensor {
  const numbers = ramp(
    spec.shape.reduce((a, b) => a * b, 1),
    41,
  );
  if (spec.name.includes('variance')) return { ...spec, data: numbers.map((each) => Math.abs(each) + 0.25) };
  return { ...spec, data: spec.name === 'gamma' ? numbers.map((each) => each + 1.25) : numbers };
}

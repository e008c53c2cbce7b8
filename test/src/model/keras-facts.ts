/** What test/fixtures/keras/graph.py wrote: what Keras says of layers and of small models. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/files.ts';

interface Facts {
  readonly shape: readonly number[];
  readonly variables: readonly (readonly [name: string, shape: readonly number[]])[];
}

export interface LayerFacts extends Facts {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: readonly (readonly number[])[];
}

export interface NetworkFacts {
  readonly name: string;
  /** As `.keras` and `.h5` describe it. */
  readonly keras: unknown;
  readonly h5: unknown;
  /** In the order of the models. */
  readonly layers: Readonly<Record<string, Facts>>;
  readonly parameters: number;
}

function read(name: string): unknown[] {
  const text = readFileSync(join(packageRoot, 'test/fixtures/keras/graph', name), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

export const layerFacts = read('layers.jsonl') as readonly LayerFacts[];
export const networkFacts = read('networks.jsonl') as readonly NetworkFacts[];

/** The facts of one network. */
export function factsOf(name: 'nested' | 'shared' | 'sequential'): NetworkFacts {
  return networkFacts.find((facts) => facts.name === name)!;
}

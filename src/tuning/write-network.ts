import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KerasBackbone, loadBackbone } from '../model/backbone.ts';
import { withOutput } from '../model/calls.ts';
import type { NetworkConfig } from '../model/network.ts';
import { writeSafetensors } from '../model/weights/index.ts';
import type { Base } from './base.ts';
import type { Variables } from './initial-weights.ts';

/** What its manifest says besides, and its numbers. */
interface Written {
  readonly name: string;
  /** What it was made of. */
  readonly source: string;
  readonly weights: ReadonlyMap<string, Variables>;
}

/** Writes a tuned network into a folder that is there whole or not at all. @returns it, read again */
export async function keepNetwork(folder: string, base: Base, o: Written): Promise<KerasBackbone> {
  const draft = `${folder}.tmp`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  const written = await writeNetwork(draft, base, o);
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
  return { ...written, folder };
}

/**
 * Writes a tuned network as a folder that is a network like any other: it ends where its embedding was cut, and is pooled as before.
 * @param folder empty
 * @returns it, read again
 */
async function writeNetwork(folder: string, base: Base, o: Written): Promise<KerasBackbone> {
  const { manifest } = base;
  const config = upToTheCut(base);
  const file = 'weights.safetensors';
  const { sha256 } = await writeSafetensors(o.weights, join(folder, file), { dtype: 'F32' });
  const { classes: _, ...rest } = manifest;
  const whole = { ...rest, name: o.name, config: 'config.json', file, sha256, source: o.source };
  await writeFile(join(folder, 'config.json'), `${JSON.stringify(config)}\n`);
  await writeFile(join(folder, 'model.json'), `${JSON.stringify(whole, null, 2)}\n`);
  // What cannot be read back must not get a name.
  return (await loadBackbone(folder)) as KerasBackbone;
}

/** Layers that are the embedding's, not the network's own: they are made anew when it is read. */
export function addedLayers({ config, embedding }: Pick<Base, 'config' | 'embedding'>): ReadonlySet<string> {
  const own = new Map(config.config.layers.map((layer) => [layer.name, layer]));
  const [[output]] = embedding.config.output_layers;
  const last = embedding.config.layers.find(({ name }) => name === output)!;
  const found = own.get(output);
  const isOwn = found !== undefined && JSON.stringify(found.inbound_nodes) === JSON.stringify(last.inbound_nodes);
  return new Set(isOwn ? [] : [output]);
}

function upToTheCut(base: Base): NetworkConfig {
  const { embedding } = base;
  const [added] = addedLayers(base);
  if (added === undefined) return embedding;
  const pooling = embedding.config.layers.find(({ name }) => name === added)!;
  const [cut, node] = pooling.inbound_nodes[0]![0]!;
  return withOutput(embedding, [cut, node]);
}

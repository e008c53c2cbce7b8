/**
 * Every network that can be named: those that are there, and those that can be had.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { toPixkinError } from '../errors.ts';
import { shippedModels } from '../files.ts';
import { spaceOf } from '../space.ts';
import type { SpaceId } from '../types.ts';
import { type Architecture, architectures } from './architectures/index.ts';
import { backboneNames, loadBackbone } from './backbone.ts';
import { inspectNetwork } from './inspect.ts';
import { readSpeeds, type Speed } from './speeds.ts';
import { ownModels, ownNames } from './store.ts';

/** A network as a list shows it. */
export interface Listed {
  readonly name: string;
  /** `absent`: a known architecture whose weights are not here. `damaged`: its folder is not a network's. */
  readonly state: 'shipped' | 'own' | 'absent' | 'damaged';
  /** Numbers of an embedding with this pooling. */
  readonly dim: number | null;
  readonly pooling: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly licence: string;
  /** Of its file; for an absent one what the weights below its classes will take. */
  readonly bytes: number | null;
  /** Measured on this machine. */
  readonly speeds: readonly Pick<Speed, 'runtime' | 'device' | 'pictures_per_second'>[];
  readonly space: SpaceId | null;
  readonly resize: object | null;
  /** How to get it, or what is wrong with it. */
  readonly hint: string | null;
}

/** Those that ship, then the collection's own, then those that are absent. */
export async function listNetworks(data: string): Promise<Listed[]> {
  const speeds = await readSpeeds(data);
  const [shipped, own] = await Promise.all([backboneNames([shippedModels]), ownNames(data)]);
  const there = [
    ...shipped.map((name) => present(shippedModels, name, 'shipped', speeds)),
    ...own.map((name) => present(ownModels(data), name, 'own', speeds)),
  ];
  const names = new Set([...shipped, ...own]);
  const absences = [...architectures.values()].filter(({ name }) => !names.has(name)).map(absent);
  return [...(await Promise.all(there)), ...absences];
}

async function present(
  place: string,
  name: string,
  state: 'shipped' | 'own',
  speeds: readonly Speed[],
): Promise<Listed> {
  try {
    const backbone = await loadBackbone(join(place, name));
    const { input, output, resize, licence, file } = backbone.manifest;
    const space = spaceOf(backbone);
    return {
      name,
      state,
      dim: output.dim,
      pooling: output.pooling,
      width: input.width,
      height: input.height,
      licence,
      bytes: await stat(join(place, name, file)).then(
        ({ size }) => size,
        () => null,
      ),
      speeds: speeds.filter((speed) => speed.space === space),
      space,
      resize,
      hint: null,
    };
  } catch (error) {
    const hint = toPixkinError(error).message;
    return { ...nothing, name, state: 'damaged', pooling: '', licence: '', hint };
  }
}

function absent({ name, size, licence, config }: Architecture): Listed {
  const { layers, parameters } = inspectNetwork(config({ top: false }));
  const dim = layers.at(-1)?.shape.at(-1) ?? null;
  const hint = `indexer models pull ${name}`;
  return {
    ...nothing,
    name,
    state: 'absent',
    dim,
    pooling: 'avg',
    width: size,
    height: size,
    licence,
    bytes: 4 * parameters,
    hint,
  };
}

const nothing = { dim: null, width: null, height: null, bytes: null, speeds: [], space: null, resize: null } as const;

/**
 * Which network makes which space: by what somebody asked for, and by what the catalog remembers.
 */
import { readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { SpaceRow } from './catalog/tables/spaces.ts';
import { PixkinError } from './errors.ts';
import { type Backbone, findBackbone, withOutput } from './model/backbone.ts';
import { spaceOf } from './space.ts';
import type { Networks, Space } from './spaces.ts';
import type { NetworkChoice, Pooling, Workers } from './types.ts';

/** A network that was found, with the variant of it that is meant. */
export interface ChosenNetwork {
  readonly backbone: Backbone;
  readonly asked: NetworkChoice;
  readonly row: Omit<SpaceRow, 'id'>;
}

/** Folders of a collection in which files and folders have the ids of spaces in their names: all of them derived. */
const derivedFolders = ['index', 'compiled'];

/**
 * @param folders where networks are looked for by name
 * @throws PixkinError `backbone_not_found`, `backbone_invalid`, `invalid_request` where it cannot be cut or pooled like that
 */
export async function chooseNetwork(
  choice: NetworkChoice & { backbone: string },
  folders: readonly string[],
): Promise<ChosenNetwork> {
  const backbone = withOutput(await findBackbone(choice.backbone, folders), outputOf({ asked: choice }));
  const { name, output } = backbone.manifest;
  // One of these by its name: pixkin, or the collection, may lie elsewhere tomorrow.
  const folder = folders.includes(dirname(backbone.folder)) ? basename(backbone.folder) : backbone.folder;
  const { pooling, dim } = output;
  return {
    backbone,
    asked: choice,
    row: { fingerprint: spaceOf(backbone), backbone: name, folder, dim, pooling, cut: choice.cut ?? null, base: null },
  };
}

/** What of its network is asked for, where that is not what its manifest says. */
export function outputOf({ asked: { pooling, cut } }: Pick<ChosenNetwork, 'asked'>): {
  layer?: string;
  pooling?: Pooling;
} {
  return { ...(pooling !== undefined && { pooling }), ...(cut !== undefined && { layer: cut }) };
}

/** What the catalog remembers, as a choice. */
export function choiceOf({
  folder,
  pooling,
  cut,
}: Pick<SpaceRow, 'folder' | 'pooling' | 'cut'>): NetworkChoice & { backbone: string } {
  return { backbone: folder, ...(pooling !== null && { pooling }), ...(cut !== null && { cut }) };
}

/** Whether a network is that of a space, or of the space that it projects. */
export function isNetworkOf(row: SpaceRow, network: ChosenNetwork): boolean {
  return network.row.fingerprint === (row.base ?? row.fingerprint);
}

/** The network of a space. @throws PixkinError `other_space` where it makes another space than the one that it made */
export function requireSpace(row: SpaceRow, network: ChosenNetwork): ChosenNetwork {
  const { fingerprint, folder, backbone } = network.row;
  if (isNetworkOf(row, network)) return { ...network, row: { ...row, folder, backbone } };
  throw new PixkinError(
    'other_space',
    `the files of ${row.backbone} have changed: they made space ${row.base ?? row.fingerprint}, and make space ${fingerprint} now`,
    { hint: 'put back those that it had' },
  );
}

/** @param data the data folder */
export function createNetworks(
  data: string,
  folders: readonly string[],
  open: { space(network: ChosenNetwork): Promise<Space>; workers(network: ChosenNetwork): Promise<Workers> },
): Networks {
  const found = (network: ChosenNetwork) => ({
    row: network.row,
    open: () => open.space(network),
    workers: () => open.workers(network),
  });
  const filesOf = ({ fingerprint }: SpaceRow): string[] =>
    derivedFolders.flatMap((folder) => {
      const names = listed(join(data, folder)).filter((name) => name.includes(fingerprint));
      return names.map((name) => join(data, folder, name));
    });
  return {
    async find({ backbone, ...choice }, current) {
      const wish = backbone === undefined ? { ...choiceOf(current), ...choice } : { ...choice, backbone };
      return found(await chooseNetwork(wish, folders));
    },
    recall: async (row) => found(requireSpace(row, await chooseNetwork(choiceOf(row), folders))),
    bytes: (row) => filesOf(row).reduce((sum, path) => sum + bytesOf(path), 0),
    async forget(row) {
      await Promise.all(filesOf(row).map((path) => rm(path, { force: true, recursive: true })));
    },
  };
}

/** Of a file, or of all that lies in a folder. */
function bytesOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found?.size ?? 0;
  return listed(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

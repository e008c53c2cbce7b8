import type { Catalog } from '../catalog/catalog.ts';
import type { SpaceRow } from '../catalog/tables/spaces.ts';
import { leastForEach } from '../projection/projection.ts';
import type { JobControl } from '../types.ts';
import { isRootThere } from './presence.ts';
import { roomOfPicture } from './room.ts';
import type { Networks } from './space.ts';

/** More numbers than any pooled network gives. */
const many = 8192;

/** Fewer numbers than this tell pictures apart too poorly to be proposed. */
const worthwhile = 64;

/** Notes at once what would otherwise show after hours: roots that are away, and the room that very long embeddings take. */
export async function noteTroubles(
  catalog: Catalog,
  networks: Networks,
  row: Omit<SpaceRow, 'id'>,
  { note }: JobControl,
): Promise<void> {
  for (const { name, path, state, images } of catalog.roots.list()) {
    if (images === 0) continue;
    const known = catalog.images.known(catalog.roots.locate(name).id);
    if (state !== 'offline' && (await isRootThere(path, [...known.keys()]))) continue;
    note(`root "${name}" is offline: what is lacking of its ${images} images cannot be embedded, and stops a switch`);
  }
  if (row.dim > many) note(await aboutRoom(catalog, networks, row));
}

async function aboutRoom(catalog: Catalog, networks: Networks, row: Omit<SpaceRow, 'id'>): Promise<string> {
  const { backbone, folder, dim, cut } = row;
  const kB = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;
  const { disk, memory } = roomOfPicture(dim);
  const takes = `${backbone} gives ${dim} numbers: ${kB(disk)} on the disk and ${kB(memory)} in memory for each picture`;
  const pooled = await networks
    .find({ backbone: folder, pooling: 'avg', ...(cut !== null && { cut }) }, { ...row, id: 0 })
    .catch(() => null);
  const project = Math.min(512, Math.floor(catalog.contents.countUsed() / leastForEach));
  const instead = [
    ...(pooled && pooled.row.dim < dim ? [`--pooling avg gives ${pooled.row.dim}`] : []),
    ...(project >= worthwhile ? [`--project ${project} makes ${project} of them`] : []),
  ];
  return instead.length > 0 ? `${takes}; ${instead.join(', ')}` : takes;
}

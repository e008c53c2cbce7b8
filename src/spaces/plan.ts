/**
 * What a move would do, without doing it.
 */
import type { Catalog } from '../catalog/catalog.ts';
import type { SpaceRow } from '../catalog/tables/spaces.ts';
import type { JobControl, RebuildPlan, Workers } from '../types.ts';
import { measureSpeed } from './measure.ts';
import { noteTroubles } from './notes.ts';
import { roomOfPicture } from './room.ts';
import type { Networks } from './space.ts';

export async function planRebuild(
  catalog: Catalog,
  networks: Networks,
  row: Omit<SpaceRow, 'id'>,
  workers: Workers,
  control: JobControl,
): Promise<RebuildPlan> {
  const { fingerprint, backbone, pooling, dim } = row;
  // A space that is not there yet has no number, and no embeddings: 0 is nobody's.
  const embeddings = catalog.embeddings(catalog.spaces.find(fingerprint) ?? { ...row, id: 0 });
  const lacking = embeddings.lacking();
  await noteTroubles(catalog, networks, row, control);
  const nothing = { sample: 0, rate: null };
  const { sample, rate } =
    lacking.length === 0 ? nothing : await measureSpeed(catalog, workers, lacking, control.signal);
  const all = embeddings.count() + lacking.length;
  const { disk, memory } = roomOfPicture(dim);
  return {
    ...{ space: fingerprint, backbone, pooling, dim, sample },
    pictures: lacking.length,
    embedded: embeddings.count(),
    rate: rate && Math.round(rate * 100) / 100,
    seconds: lacking.length === 0 ? 0 : rate && Math.ceil(lacking.length / rate),
    bytes: disk * all,
    memory: memory * all,
  };
}

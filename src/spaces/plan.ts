/**
 * What a move would do, without doing it.
 */
import type { Catalog } from '../catalog/catalog.ts';
import type { SpaceRow } from '../catalog/tables/spaces.ts';
import type { JobControl, RebuildPlan, SpaceId, Workers } from '../types.ts';
import { measureSpeed } from './measure.ts';
import { noteTroubles } from './notes.ts';
import { roomOfPicture } from './room.ts';
import type { Networks } from './space.ts';

/** @param row of the space; its fingerprint is null where it is of a projection that is not fitted yet */
export async function planRebuild(
  catalog: Catalog,
  networks: Networks,
  { fingerprint, ...facts }: Omit<SpaceRow, 'id' | 'fingerprint'> & { fingerprint: SpaceId | null },
  workers: Workers,
  control: JobControl,
): Promise<RebuildPlan> {
  const { backbone, pooling, dim, base } = facts;
  const row = { ...facts, fingerprint: fingerprint ?? '' };
  // A space that is not there yet has no number, and no embeddings: 0 is nobody's.
  const embeddings = catalog.embeddings(catalog.spaces.find(row.fingerprint) ?? { ...row, id: 0 });
  const projected = base === null ? undefined : catalog.spaces.find(base);
  const known = new Set(projected ? catalog.embeddings(projected).contents() : []);
  const all = embeddings.lacking();
  // What the space that it projects has does not go through the network again.
  const lacking = all.filter((content) => !known.has(content));
  await noteTroubles(catalog, networks, row, control);
  const nothing = { sample: 0, rate: null };
  const { sample, rate } =
    lacking.length === 0 ? nothing : await measureSpeed(catalog, workers, lacking, control.signal);
  const pictures = embeddings.count() + all.length;
  const { disk, memory } = roomOfPicture(dim);
  return {
    ...{ space: fingerprint, backbone, pooling, dim, sample },
    pictures: lacking.length,
    embedded: pictures - lacking.length,
    rate: rate && Math.round(rate * 100) / 100,
    seconds: lacking.length === 0 ? 0 : rate && Math.ceil(lacking.length / rate),
    bytes: disk * pictures,
    memory: memory * pictures,
  };
}

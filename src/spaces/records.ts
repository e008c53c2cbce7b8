import type { Catalog } from '../catalog/catalog.ts';
import type { SpaceRow } from '../catalog/tables/spaces.ts';
import type { SpaceRecord } from '../types.ts';
import type { Networks } from './space.ts';

/** What there is of one space. */
export function spaceRecord(catalog: Catalog, networks: Networks, row: SpaceRow): SpaceRecord {
  const { fingerprint: id, backbone, folder, pooling, cut, base, dim } = row;
  const embeddings = catalog.embeddings(row);
  const [embedded, lacking, failed] = [embeddings.count(), embeddings.lackingCount(), embeddings.failedCount()];
  const wanted = catalog.contents.countUsed() - failed;
  return {
    ...{ id, backbone, folder, pooling, cut, base, dim, embedded, lacking, failed },
    current: catalog.meta.get('space') === id,
    previous: catalog.meta.get('previous') === id,
    coverage: wanted === 0 ? 1 : (wanted - lacking) / wanted,
    // As f16; the rest of a row is little.
    bytes: 2 * dim * embedded + networks.bytes(row),
  };
}

import type { Catalog } from '../catalog/catalog.ts';
import type { SpaceRow } from '../catalog/tables/spaces.ts';
import type { Networks } from './space.ts';

/** Embeddings that are taken away in one transaction. */
const atOnce = 500;

/** Takes away all of a space that is not open, its heads too, a piece at a time. Where it is killed, the next drop goes on. */
export async function dropSpace(catalog: Catalog, networks: Networks, row: SpaceRow): Promise<void> {
  const { fingerprint: id } = row;
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  catalog.transaction(() => {
    for (const key of ['previous', 'returned'] as const) {
      if (catalog.meta.get(key) === id) catalog.meta.set(key, null);
    }
  });
  while (catalog.spaces.clear(id, atOnce) > 0) await turn();
  await networks.forget(row);
  catalog.transaction(() => catalog.spaces.delete(id));
  while (catalog.shrink()) await turn();
}

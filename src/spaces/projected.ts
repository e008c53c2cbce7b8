import type { Catalog } from '../catalog/catalog.ts';
import type { ClassesTable } from '../catalog/tables/classes.ts';
import type { EmbeddingsTable, SpaceRow } from '../catalog/tables/spaces.ts';
import { createProjector } from '../projection/projection.ts';
import type { Workers } from '../types.ts';
import type { Space } from './space.ts';

/**
 * What differs in a space that projects another's vectors: its workers project what the network gives, and what the other space has
 * need not go through the network. Any other space's workers are those of its network.
 */
export function projectedParts(
  catalog: Catalog,
  row: SpaceRow,
  network: Workers,
  classes: ClassesTable,
): Pick<Space, 'workers' | 'base'> {
  const projection = catalog.projections.find(row);
  if (!projection) return { workers: network };
  const projector = createProjector(projection);
  const project = (raw: Float32Array): Float32Array => {
    try {
      return projector(raw);
    } catch (error) {
      // Without a direction: who takes it says so of its picture.
      if (error instanceof RangeError) return new Float32Array(row.dim);
      throw error;
    }
  };
  let opened: { readonly id: number; readonly table: EmbeddingsTable } | undefined;
  const base = (): SpaceRow | undefined => (row.base === null ? undefined : catalog.spaces.find(row.base));
  const tableOf = (found: SpaceRow): EmbeddingsTable => {
    // It may have been dropped and made again meanwhile.
    if (opened?.id !== found.id) opened = { id: found.id, table: catalog.embeddings(found) };
    return opened.table;
  };
  return {
    workers: {
      ...network,
      async embed(source, o) {
        const embedded = await network.embed(source, o);
        return { ...embedded, vector: project(embedded.vector) };
      },
    },
    base: {
      vector(content) {
        const found = base();
        const stored = found && tableOf(found).get(content);
        const vector = stored && project(stored.vector);
        return vector?.some((x) => x !== 0) ? vector : undefined;
      },
      copyClasses(content) {
        const found = base();
        if (found) classes.copy(content, found);
      },
    },
  };
}

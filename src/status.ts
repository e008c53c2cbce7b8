import type { Catalog } from './catalog/catalog.ts';
import { classesStatus } from './class-query.ts';
import type { Space } from './spaces.ts';
import type { CollectionStatus } from './types.ts';

/** What is not in the catalog. */
export interface Running extends Pick<CollectionStatus, 'device' | 'inferences' | 'head'> {
  readonly labelsFromFolders: boolean;
}

/** How a collection stands. @param space the current one */
export function statusOf(catalog: Catalog, space: Space, running: Running): CollectionStatus {
  const { labelsFromFolders: fromFolders, ...rest } = running;
  return {
    ...rest,
    images: catalog.images.count(),
    contents: catalog.contents.count(),
    quarantined: catalog.failures.count(),
    space: space.id,
    backbone: space.backbone,
    dim: space.dim,
    vectors: space.vectors.status(),
    classes: classesStatus(space),
    labels: { fromFolders, labelled: catalog.labels.count(), conflicts: catalog.labels.conflictCount() },
    workers: space.workers.stats(),
    roots: catalog.roots.list(),
  };
}

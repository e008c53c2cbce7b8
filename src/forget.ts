import type { Catalog } from './catalog/catalog.ts';
import { lookAtFolders } from './labels/folders.ts';
import type { ContentId, Outcome } from './types.ts';

/** Takes paths out of results and out of quarantine, in one transaction. */
export function forgetSome(
  catalog: Catalog,
  root: string,
  paths: readonly string[],
  o: { labelsFromFolders: boolean },
): Outcome[] {
  return catalog.transaction(() => {
    const outcomes: Outcome[] = [];
    const left = new Set<ContentId>();
    const now = Date.now();
    const { id: rootNumber } = catalog.roots.locate(root);
    for (const path of paths) {
      const image = catalog.images.at(root, path);
      if (image) {
        catalog.images.markGone(image.id, now);
        catalog.contents.retire(image.contentId, now);
        left.add(image.contentId);
      }
      const failed = catalog.failures.delete(rootNumber, path);
      if (image || failed) outcomes.push({ type: 'removed', root, image: path, id: image?.id ?? null });
    }
    if (o.labelsFromFolders) lookAtFolders(catalog, left);
    return outcomes;
  });
}

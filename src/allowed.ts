/**
 * The contents that a search is among, where it has filters.
 */
import type { Catalog } from './catalog/catalog.ts';
import { classFilter } from './class-query.ts';
import { labelFilter } from './label-query.ts';
import type { Space } from './spaces.ts';
import type { ContentId, SearchOptions } from './types.ts';

/** Sets that are kept. */
const most = 8;

/** undefined: among all. Throws as `classFilter` and `labelFilter` do. */
export type Allowed = (
  space: Pick<Space, 'id' | 'backbone' | 'classes' | 'storesClasses'>,
  o: Pick<SearchOptions, 'classes' | 'labels'>,
) => ReadonlySet<ContentId> | undefined;

/** Remembers the last answers until the catalog changes: half of a large collection takes longer to list than to search. */
export function createAllowed(catalog: Catalog): Allowed {
  const kept = new Map<string, { readonly contents: ReadonlySet<ContentId>; readonly changes: number }>();
  return (space, { classes, labels }) => {
    const ofClasses = classes && classFilter(space, classes);
    const ofLabels = labels && labelFilter(catalog, labels);
    if (!ofClasses && !ofLabels) return undefined;
    const key = JSON.stringify([ofClasses, ofLabels]);
    const changes = catalog.changes();
    const before = kept.get(key);
    // The last one that was used is the last one to go.
    kept.delete(key);
    const contents = before?.changes === changes ? before.contents : list();
    kept.set(key, { contents, changes });
    if (kept.size > most) kept.delete([...kept.keys()][0]!);
    return contents;

    function list(): ReadonlySet<ContentId> {
      const labelled = ofLabels && catalog.contentsWithLabels(ofLabels);
      const classified = ofClasses && space.classes.contentsOf(ofClasses);
      if (!labelled || !classified) return labelled ?? classified ?? new Set();
      return new Set([...classified].filter((content) => labelled.has(content)));
    }
  };
}

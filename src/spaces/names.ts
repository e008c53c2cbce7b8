import type { SpaceRow } from '../catalog/tables/spaces.ts';
import { PixkinError } from '../errors.ts';

/**
 * A space by its id, by its backbone's name, or by how its id begins.
 * @throws PixkinError `space_not_found`, `invalid_request` where it names several
 */
export function findSpace(rows: readonly SpaceRow[], asked: string): SpaceRow {
  const exact = rows.find(({ fingerprint }) => fingerprint === asked);
  if (exact) return exact;
  const named = rows.filter(({ backbone }) => backbone === asked);
  const found =
    named.length > 0 ? named : rows.filter(({ fingerprint }) => asked !== '' && fingerprint.startsWith(asked));
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    throw new PixkinError(
      'invalid_request',
      `space must name one space; "${asked}" names ${found.map(shown).join(', ')}`,
    );
  }
  throw new PixkinError('space_not_found', `space must be one that the collection has; got "${asked}"`, {
    hint: `it has ${rows.map(shown).join(', ')}; indexer rebuild --backbone makes another`,
  });
}

/** `63f56969900aa330 (efficientnet-lite0, avg)` */
function shown({ fingerprint, backbone, pooling, cut }: SpaceRow): string {
  return `${fingerprint} (${[backbone, cut, pooling].filter((part) => part !== null).join(', ')})`;
}

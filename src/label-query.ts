/**
 * Searches among pictures with some labels: names as people type them become a filter of the catalog.
 */
import type { Catalog } from './catalog/catalog.ts';
import type { LabelFilter } from './catalog/tables/label-filter.ts';
import { PixkinError } from './errors.ts';
import { labelOf } from './labels/name.ts';
import { nearNames } from './near-names.ts';
import type { LabelQuery } from './types.ts';

/** @throws PixkinError `invalid_request` where nobody has a label, a probability is none, or parts do not go together */
export function labelFilter(catalog: Catalog, { anyOf, noneOf, source, minP }: LabelQuery): LabelFilter {
  if (minP !== undefined && !(minP >= 0 && minP <= 1)) {
    throw new PixkinError('invalid_request', `min_p must be a number from 0 to 1; got ${minP}`);
  }
  if (minP !== undefined && source === 'given') {
    throw new PixkinError('invalid_request', 'min_p goes with predictions; label_source is given');
  }
  return {
    anyOf: anyOf?.map((text) => requireUsed(catalog, 'label', text)),
    noneOf: noneOf?.map((text) => requireUsed(catalog, 'not_label', text)),
    source,
    minP,
  };
}

/**
 * A label that some picture has, or that the head in use tells.
 * @throws PixkinError `invalid_request`, with labels that are near, under the name that the text was given by
 */
export function requireUsed(catalog: Catalog, name: string, text: string): string {
  const label = labelOf(text);
  if (label !== null && catalog.labels.isUsed(label)) return label;
  const used = catalog.labels.names();
  const near = nearNames(used, text);
  const whose = catalog.heads.inUse() ? 'a picture has, or the head in use tells' : 'a picture has';
  const got = `${name} must be one that ${whose}; got ${JSON.stringify(text.slice(0, 80))}`;
  if (near.length > 0) throw new PixkinError('invalid_request', got, { hint: `near: ${near.join(', ')}` });
  throw new PixkinError('invalid_request', got, {
    hint: used.length > 0 ? 'GET /labels lists them' : 'no picture has a label yet',
  });
}

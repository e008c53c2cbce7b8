import type { Catalog } from '../catalog/catalog.ts';
import type { HeadRow } from '../catalog/tables/heads.ts';
import type { Metrics } from '../head/metrics.ts';
import type { HeadDetail, HeadRecord, HeadStatus } from '../types.ts';

/** A head as lists tell of it. */
export function headRecord(catalog: Catalog, row: HeadRow): HeadRecord {
  const { id, space, inUse, at, pictures, accuracy, threshold, data } = row;
  const backbone = catalog.spaces.find(space)?.backbone ?? '';
  const labels = [...new Set(catalog.heads.labels(id))];
  return { id, space, backbone, labels, inUse, at, pictures, accuracy, threshold, data };
}

/** Measured classes are called as they are now, too; labels that were merged since stay apart in them, and are called the same. */
export function headDetail(catalog: Catalog, row: HeadRow): HeadDetail {
  const names = catalog.heads.labels(row.id);
  const { options, temperature, evaluation, tuning } = catalog.heads.rest(row.id);
  const renamed = (metrics: Metrics | null): Metrics | null =>
    metrics && { ...metrics, classes: metrics.classes.map((one, place) => ({ ...one, label: names[place]! })) };
  const { validation, test, crossValidation } = evaluation;
  return {
    ...headRecord(catalog, row),
    ...{ options, temperature, tuning },
    evaluation: {
      ...evaluation,
      validation: renamed(validation),
      test: renamed(test),
      crossValidation: renamed(crossValidation),
    },
  };
}

export function headStatus(catalog: Catalog): HeadStatus | null {
  const row = catalog.heads.inUse();
  if (!row) return null;
  return { id: row.id, labels: new Set(catalog.heads.labelIds(row.id)).size, ...catalog.predictions.counts() };
}

import type { Catalog } from '../catalog/catalog.ts';
import type { ImageRow } from '../catalog/tables/images.ts';
import { requireWhole } from '../results.ts';
import type { ContentId, HeadId, HeadReport, ImageRecord } from '../types.ts';
import type { LoadedHeads } from './loaded.ts';
import { headDetail } from './records.ts';
import { mostUnsure } from './unsure.ts';

/** Most entries of each list. */
const most = 1000;

export interface ReportParts {
  readonly catalog: Catalog;
  readonly heads: LoadedHeads;
  /** An image as it is shown. */
  readonly record: (row: ImageRow) => ImageRecord;
}

/** What is known of a head's mistakes. A label that was probably wrong and is another one now is not listed any more. */
export async function headReport(
  { catalog, heads, record }: ReportParts,
  id: HeadId,
  { limit = 50, signal }: { limit?: number | undefined; signal: AbortSignal },
): Promise<HeadReport> {
  requireWhole('limit', limit, 0, most);
  const row = heads.row(id);
  const report = catalog.heads.report(id);
  const names = catalog.heads.labels(id);
  const given = catalog.training.given([...report.mistakes, ...report.suspects].map(({ content }) => content));
  const mistakes = report.mistakes.filter(({ content }) => given.has(content));
  const suspects = report.suspects.filter((one) => given.get(one.content) === names[one.given]);
  /** Its first image. */
  const withImage = <T>(content: ContentId, rest: T): (T & { image: ImageRecord })[] =>
    catalog.images.ofContent(content, 1).map((image) => ({ image: record(image), ...rest }));

  const space = catalog.spaces.find(row.space);
  const unsure = space && limit > 0 ? await mostUnsure(catalog, space, heads.load(id), { count: limit, signal }) : [];
  return {
    head: headDetail(catalog, heads.row(id)),
    mistakes: mistakes
      .slice(0, limit)
      .flatMap(({ content, split, p, ...places }) =>
        withImage(content, { split, given: names[places.given]!, predicted: names[places.predicted]!, p }),
      ),
    mistakeCount: mistakes.length,
    mislabelled: suspects
      .slice(0, limit)
      .flatMap(({ content, pGiven, pSuggested, ...places }) =>
        withImage(content, { given: names[places.given]!, suggested: names[places.suggested]!, pGiven, pSuggested }),
      ),
    mislabelledCount: suspects.length,
    nextToLabel: unsure.flatMap(({ content, uncertainty }) => withImage(content, { uncertainty })),
  };
}

import type { Statement } from '../../sqlite.ts';
import type { ContentId, LabelSource } from '../../types.ts';
import { headInUse, isWithoutGiven, thresholdInUse } from './predictions.ts';

/** Contents by their labels. Names are as they are in the catalog. */
export interface LabelFilter {
  readonly anyOf?: readonly string[] | undefined;
  readonly noneOf?: readonly string[] | undefined;
  /** Absent: both. */
  readonly source?: LabelSource | undefined;
  /** Least probability of a prediction, 0 to 1; absent: the threshold of the head in use. */
  readonly minP?: number | undefined;
}

/** A part of a query, and what it takes. */
export interface Condition {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, string | number>>;
}

/** @param parameter the one that holds the names, as JSON */
function contentsLabelled(parameter: string, names: readonly string[], { source, minP }: LabelFilter): Condition {
  const labels = `(SELECT id FROM label_names WHERE name IN (SELECT value FROM json_each(${parameter})))`;
  const given = `SELECT content FROM labels WHERE label IN ${labels}`;
  const predicted = `SELECT content FROM predictions WHERE head = ${headInUse} AND label IN ${labels}
    AND p >= ${minP === undefined ? thresholdInUse : '$minP'} AND ${isWithoutGiven}`;
  const isPredicted = source !== 'given';
  const parts = [...(source === 'predicted' ? [] : [given]), ...(isPredicted ? [predicted] : [])];
  return {
    sql: parts.join(' UNION ALL '),
    parameters: { [parameter]: JSON.stringify(names), ...(isPredicted && minP !== undefined && { $minP: minP }) },
  };
}

const among = (filter: LabelFilter): Condition | null =>
  filter.anyOf ? contentsLabelled('$labels', filter.anyOf, filter) : null;

const except = (filter: LabelFilter): Condition | null =>
  filter.noneOf ? contentsLabelled('$notLabels', filter.noneOf, filter) : null;

/** Whether an image's content is one of those. */
export function labelCondition(statement: (sql: string) => Statement, filter: LabelFilter, page: number): Condition {
  const [inside, outside] = [among(filter), except(filter)];
  const exists = ({ sql }: Condition): string => `EXISTS (SELECT 1 FROM (${sql}) WHERE content = images.content)`;
  // Few are looked up one by one; among many the next page is found sooner by looking at one image after the other.
  const isCommon = (some: Condition): boolean => {
    const { n, images } = statement(
      `SELECT count(*) AS n, (SELECT max(id) FROM images) AS images FROM (${some.sql})`,
    ).get({ ...some.parameters }) as { n: number; images: number };
    return n * n > page * images;
  };
  return {
    sql: [
      ...(inside ? [isCommon(inside) ? exists(inside) : `images.content IN (${inside.sql})`] : []),
      ...(outside ? [`NOT ${exists(outside)}`] : []),
    ].join(' AND '),
    parameters: { ...inside?.parameters, ...outside?.parameters },
  };
}

/** Those of them that have an image in results. */
export function contentsWithLabels(statement: (sql: string) => Statement, filter: LabelFilter): Set<ContentId> {
  const [inside, outside] = [among(filter), except(filter)];
  // As JSON: a row for each would take ten times as long.
  const query = statement(`SELECT json_group_array(content) AS contents
    FROM (${inside?.sql ?? 'SELECT id AS content FROM contents'})
    WHERE content NOT IN (SELECT id FROM contents WHERE unused_since IS NOT NULL)
    ${outside ? `AND content NOT IN (${outside.sql})` : ''}`);
  const { contents } = query.get({ ...inside?.parameters, ...outside?.parameters }) as { contents: string };
  return new Set(JSON.parse(contents) as ContentId[]);
}

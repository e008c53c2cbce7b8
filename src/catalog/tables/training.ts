import type { Database } from '../../sqlite.ts';
import type { ContentId, Sha256, Split } from '../../types.ts';
import type { SpaceRow } from './spaces.ts';

/** A labelled content with an image in results. */
export interface LabelledContent {
  readonly content: ContentId;
  readonly sha256: Sha256;
  /** Number of its label, and what it is called now. */
  readonly labelId: number;
  readonly label: string;
  readonly split: Split | null;
  readonly phash: string;
}

/** What heads learn from, and what they may ask about. */
export interface TrainingTable {
  /**
   * Those with an embedding in a space, by SHA-256, from the one after `after` on (null: the first): in an order that does not depend on which was
   * indexed first, so that the same pictures give the same head in another collection.
   */
  labelled(space: Pick<SpaceRow, 'id'>, after: Sha256 | null, limit: number): LabelledContent[];
  /** How many they are. */
  count(space: Pick<SpaceRow, 'id'>): number;
  /** One of each of two labels, where there are two. */
  examples(space: Pick<SpaceRow, 'id'>): LabelledContent[];
  /** How many labelled contents have no embedding in a space. */
  lacking(space: Pick<SpaceRow, 'id'>): number;
  /** Contents in results without a given label, with an embedding in a space, smallest first. */
  unlabelled(space: Pick<SpaceRow, 'id'>): ContentId[];
  /** Which of these contents have an image in results, and what their given label is called now. */
  given(contents: readonly ContentId[]): Map<ContentId, string | null>;
}

export function trainingTable(db: Database): TrainingTable {
  const hasEmbedding = 'EXISTS (SELECT 1 FROM embeddings WHERE space = ? AND content = contents.id)';
  const inResults = `FROM labels JOIN label_names ON label_names.id = labels.label
    JOIN contents ON contents.id = labels.content WHERE unused_since IS NULL`;
  const columns = 'contents.id AS content, sha256, label_names.id AS labelId, name AS label, split, phash';
  const labelled = db.prepare(`SELECT ${columns} ${inResults} AND ${hasEmbedding} AND sha256 > ?
    ORDER BY sha256 LIMIT ?`);
  const another = db.prepare(`SELECT ${columns} ${inResults} AND ${hasEmbedding} AND labels.label IS NOT ? LIMIT 1`);
  const count = db.prepare(`SELECT count(*) AS n ${inResults} AND ${hasEmbedding}`);
  const lacking = db.prepare(`SELECT count(*) AS n ${inResults} AND NOT ${hasEmbedding}`);
  // As JSON: a row for each would take ten times as long.
  const unlabelled = db.prepare(`SELECT json_group_array(id) AS ids FROM (SELECT id FROM contents
    WHERE unused_since IS NULL AND ${hasEmbedding}
    AND NOT EXISTS (SELECT 1 FROM labels WHERE labels.content = contents.id AND labels.label IS NOT NULL) ORDER BY id)`);
  const given = db.prepare(`SELECT contents.id AS content, name FROM json_each(?) AS asked
    JOIN contents ON contents.id = asked.value LEFT JOIN labels ON labels.content = contents.id
    LEFT JOIN label_names ON label_names.id = labels.label WHERE unused_since IS NULL`);
  return {
    labelled: ({ id }, after, limit) => labelled.all(id, after ?? '', limit) as unknown as LabelledContent[],
    count: ({ id }) => (count.get(id) as { n: number }).n,
    examples({ id }) {
      const first = another.get(id, null) as unknown as LabelledContent | undefined;
      const second = first && (another.get(id, first.labelId) as unknown as LabelledContent | undefined);
      return [first, second].flatMap((one) => one ?? []);
    },
    lacking: ({ id }) => (lacking.get(id) as { n: number }).n,
    unlabelled: ({ id }) => JSON.parse((unlabelled.get(id) as { ids: string }).ids) as ContentId[],
    given: (contents) =>
      new Map(
        (given.all(JSON.stringify(contents)) as { content: ContentId; name: string | null }[]).map((row) => [
          row.content,
          row.name,
        ]),
      ),
  };
}

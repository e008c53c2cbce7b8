import type { Database } from '../../sqlite.ts';
import type { ContentId, HeadId } from '../../types.ts';

/** What a head says of one content. */
export interface PredictionRow {
  readonly content: ContentId;
  /** Number of the label. */
  readonly label: number;
  /** 0 to 1; below the head's threshold the content is unknown. */
  readonly p: number;
}

export interface PredictionsTable {
  /** In place of what that head said before. */
  put(head: HeadId, predictions: readonly PredictionRow[]): void;
  /** Of the contents in results, how many the head in use is sure enough of, and how many it is not. */
  counts(): { predicted: number; unknown: number };
  /** Takes away at most `limit` of those that are not of the head in use, nor of `spared`; how many they were. */
  sweep(limit: number, spared: HeadId | null): number;
}

/** Of a statement: the head in use, and below which probability it does not know. */
export const headInUse = '(SELECT id FROM heads WHERE in_use = 1)';
export const thresholdInUse = '(SELECT threshold FROM heads WHERE in_use = 1)';
/** Where nothing was given, what the head in use says is shown. */
export const isWithoutGiven = `NOT EXISTS
  (SELECT 1 FROM labels WHERE labels.content = predictions.content AND labels.label IS NOT NULL)`;

export function predictionsTable(db: Database): PredictionsTable {
  const put = db.prepare(`INSERT INTO predictions (content, head, label, p) VALUES (?, ?, ?, ?)
    ON CONFLICT (content, head) DO UPDATE SET label = excluded.label, p = excluded.p`);
  const counts = db.prepare(`SELECT count(*) AS n, coalesce(sum(p >= ${thresholdInUse}), 0) AS predicted
    FROM predictions WHERE head = ${headInUse}
    AND content NOT IN (SELECT id FROM contents WHERE unused_since IS NOT NULL)`);
  const next = db.prepare(`SELECT DISTINCT head FROM predictions
    WHERE head IS NOT ${headInUse} AND head IS NOT ? LIMIT 1`);
  const sweep = db.prepare(`DELETE FROM predictions WHERE (content, head) IN
    (SELECT content, head FROM predictions WHERE head = ? LIMIT ?)`);
  return {
    put(head, predictions) {
      for (const { content, label, p } of predictions) put.run(content, head, label, p);
    },
    counts() {
      const { n, predicted } = counts.get() as { n: number; predicted: number };
      return { predicted, unknown: n - predicted };
    },
    sweep(limit, spared) {
      const found = next.get(spared) as { head: HeadId } | undefined;
      return found ? Number(sweep.run(found.head, limit).changes) : 0;
    },
  };
}

import type { Database } from '../../sqlite.ts';
import type { ContentId, PictureFacts, Sha256 } from '../../types.ts';

export interface ContentsTable {
  find(sha256: Sha256): ContentId | undefined;
  /** Whether any content has this many bytes: a file whose size nobody shares cannot be a copy. */
  hasSize(bytes: number): boolean;
  insert(facts: PictureFacts): ContentId;
  /** It has an image in results again. */
  revive(id: ContentId): void;
  /** Notes the time, where no image in results has it any more. */
  retire(id: ContentId, now: number): void;
  /** Without an image in results since before `time`, at most `limit`. */
  unusedBefore(time: number, limit: number): { id: ContentId; sha256: Sha256 }[];
  /** With its images and its label. Its embeddings must have gone before. */
  delete(id: ContentId): void;
  count(): number;
  /** With an image in results. */
  countUsed(): number;
}

export function contentsTable(db: Database): ContentsTable {
  const find = db.prepare('SELECT id FROM contents WHERE sha256 = ?');
  const hasSize = db.prepare('SELECT 1 FROM contents WHERE bytes = ? LIMIT 1');
  const insert = db.prepare(`INSERT INTO contents (sha256, bytes, kind, width, height, phash, taken_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const revive = db.prepare('UPDATE contents SET unused_since = NULL WHERE id = ? AND unused_since IS NOT NULL');
  const retire = db.prepare(`UPDATE contents SET unused_since = ? WHERE id = ? AND unused_since IS NULL
    AND NOT EXISTS (SELECT 1 FROM images WHERE content = contents.id AND gone_at IS NULL)`);
  const unused = db.prepare('SELECT id, sha256 FROM contents WHERE unused_since < ? LIMIT ?');
  const belongings = ['images', 'labels', 'label_changes'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE content = ?`),
  );
  const drop = db.prepare('DELETE FROM contents WHERE id = ?');
  const count = db.prepare('SELECT count(*) AS n FROM contents');
  const countUsed = db.prepare('SELECT count(*) AS n FROM contents WHERE unused_since IS NULL');
  return {
    find: (sha256) => (find.get(sha256) as { id: number } | undefined)?.id,
    hasSize: (bytes) => hasSize.get(bytes) !== undefined,
    insert: (f) => Number(insert.run(f.sha256, f.bytes, f.kind, f.width, f.height, f.phash, f.takenAt).lastInsertRowid),
    revive: (id) => void revive.run(id),
    retire: (id, now) => void retire.run(now, id),
    unusedBefore: (time, limit) => unused.all(time, limit) as { id: number; sha256: Sha256 }[],
    delete(id) {
      for (const drop of belongings) drop.run(id);
      drop.run(id);
    },
    count: () => (count.get() as { n: number }).n,
    countUsed: () => (countUsed.get() as { n: number }).n,
  };
}

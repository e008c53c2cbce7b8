import type { ClassName, ClassScore } from '../../model/classes.ts';
import type { Database } from '../../sqlite.ts';
import type { ContentId, LabelScore } from '../../types.ts';
import type { SpaceRow } from './spaces.ts';

/** What the whole network of one space says of pictures: the most probable classes of each, kept when it was embedded. */
export interface ClassesTable {
  /** The classes of its network in the order of its scores; empty where it tells none apart. */
  names(): readonly ClassName[];
  setNames(names: readonly ClassName[]): void;
  /** The classes of one content, best first, in place of those that it had. */
  put(content: ContentId, top: readonly ClassScore[]): void;
  /** The classes of one content that another space of the same network has. */
  copy(content: ContentId, from: Pick<SpaceRow, 'id'>): void;
  /** Best first; empty where none are kept. */
  of(content: ContentId): LabelScore[];
  /** Which contents have any of these classes with at least that probability. */
  filter(classes: readonly number[], minP: number): ClassFilter;
  /** Those of them that have an image in results. */
  contentsOf(filter: ClassFilter): Set<ContentId>;
  /** Contents in results that have an embedding and no classes, smallest first. */
  lacking(): ContentId[];
  /** Of the contents in results that have an embedding, how many have classes and how many do not. */
  counts(): { classified: number; lacking: number };
  /** No content has any. */
  isEmpty(): boolean;
}

/** Contents by their classes, as the parameters of `contentsOfClasses`. */
export interface ClassFilter {
  /** Number of the space's row. */
  readonly $space: number;
  /** Places of the classes, as JSON. */
  readonly $classes: string;
  readonly $minP: number;
}

export const contentsOfClasses = `SELECT content FROM classes WHERE space = $space AND p >= $minP
  AND class IN (SELECT value FROM json_each($classes))`;

/** @param row its row in `spaces` */
export function classesTable(db: Database, { id: space }: Pick<SpaceRow, 'id'>): ClassesTable {
  const listNames = db.prepare('SELECT wnid AS id, name FROM class_names WHERE space = ? ORDER BY class');
  const dropNames = db.prepare('DELETE FROM class_names WHERE space = ?');
  const insertName = db.prepare('INSERT INTO class_names (space, class, wnid, name) VALUES (?, ?, ?, ?)');
  const drop = db.prepare('DELETE FROM classes WHERE content = ? AND space = ?');
  const insert = db.prepare('INSERT INTO classes (content, space, rank, class, p) VALUES (?, ?, ?, ?, ?)');
  const copy = db.prepare(`INSERT OR IGNORE INTO classes (content, space, rank, class, p)
    SELECT content, $to, rank, class, p FROM classes WHERE content = $content AND space = $from`);
  const of = db.prepare(`SELECT name AS label, p, wnid FROM classes JOIN class_names USING (space, class)
    WHERE content = ? AND space = ? ORDER BY rank`);
  const having = db.prepare(`SELECT DISTINCT content FROM (${contentsOfClasses})
    WHERE (SELECT unused_since FROM contents WHERE id = content) IS NULL`);
  const embedded = `unused_since IS NULL
    AND EXISTS (SELECT 1 FROM embeddings WHERE space = $space AND content = contents.id)`;
  const has = 'EXISTS (SELECT 1 FROM classes WHERE content = contents.id AND space = $space)';
  const lacking = db.prepare(`SELECT id FROM contents WHERE ${embedded} AND NOT ${has} ORDER BY id`);
  const counts = db.prepare(
    `SELECT count(*) AS n, coalesce(sum(${has}), 0) AS classified FROM contents WHERE ${embedded}`,
  );
  const any = db.prepare('SELECT 1 FROM classes WHERE space = ? LIMIT 1');
  let names: readonly ClassName[] | undefined;

  return {
    names() {
      names ??= listNames.all(space) as ClassName[];
      return names;
    },
    setNames(given) {
      names = given;
      dropNames.run(space);
      for (const [i, { id, name }] of given.entries()) insertName.run(space, i, id, name);
    },
    put(content, top) {
      drop.run(content, space);
      for (const [rank, { index, p }] of top.entries()) insert.run(content, space, rank, index, p);
    },
    copy: (content, from) => void copy.run({ $to: space, $from: from.id, $content: content }),
    of: (content) => of.all(content, space) as LabelScore[],
    filter: (classes, minP) => ({ $space: space, $classes: JSON.stringify(classes), $minP: minP }),
    contentsOf: (filter) => new Set((having.all({ ...filter }) as { content: number }[]).map((row) => row.content)),
    lacking: () => (lacking.all({ $space: space }) as { id: number }[]).map((row) => row.id),
    counts() {
      const { n, classified } = counts.get({ $space: space }) as { n: number; classified: number };
      return { classified, lacking: n - classified };
    },
    isEmpty: () => any.get(space) === undefined,
  };
}

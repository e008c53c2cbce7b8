import type { Database } from '../../sqlite.ts';
import type { ContentId, GivenLabel, ImageId, LabelChange, LabelConflict, LabelOrigin, Split } from '../../types.ts';
import { headInUse, isWithoutGiven, thresholdInUse } from './predictions.ts';

/** What is said of one content now. `conflict`: what its folders disagree about. */
export interface LabelRow extends GivenLabel {
  readonly conflict: LabelConflict['kind'] | null;
}

/** Images in results with one given label and split; without a given label, those for which the head in use predicts one. */
export interface LabelTally {
  readonly label: string;
  readonly split: Split | null;
  readonly images: number;
  readonly isGiven: boolean;
}

/** An image with a given label, as a line of a CSV says it. */
export interface LabelledImage {
  readonly id: ImageId;
  readonly root: string;
  readonly image: string;
  readonly label: string;
  readonly split: Split | null;
  /** Another root has an image at that path. */
  readonly isAmbiguous: boolean;
}

export interface LabelsTable {
  of(content: ContentId): LabelRow | undefined;
  /** In place of what was said, which is noted; false where that was the same. */
  put(content: ContentId, row: LabelRow): boolean;
  /** What became of a content's label, oldest first. */
  changes(content: ContentId): LabelChange[];
  /** Whether any content was given it. */
  isGiven(label: string): boolean;
  /** Whether any content was given it, or the head in use tells it. */
  isUsed(label: string): boolean;
  /** Those that are used. */
  names(): string[];
  /** Another name for a label, in place of one that nobody uses; notes it for each content. Which these are. */
  rename(from: string, to: string, by: LabelBy): ContentId[];
  /** Gives the contents of one label another, and its folders too; notes it for each content. Which these are. */
  merge(from: string, into: string, by: LabelBy): ContentId[];
  /** Contents in results whose folders disagree, smallest first. */
  conflicting(): ContentId[];
  /** Contents that have their label from a folder of a root, or whose folders disagree. */
  fromRoot(name: string): ContentId[];
  /** By name, in the order of their code points. */
  tallies(): LabelTally[];
  /** Images in results that have a given label, smallest id first. */
  images(after: ImageId, limit: number, root: string | null): LabelledImage[];
  /** Contents in results with a label. */
  count(): number;
  conflictCount(): number;
}

/** Who changes something, and when (ms since 1970). */
export type LabelBy = Pick<GivenLabel, 'origin' | 'at'>;

/** @param mergeLabel makes one label another one wherever else labels are named by their numbers */
export function labelsTable(db: Database, mergeLabel: (from: number, into: number) => void): LabelsTable {
  const of = db.prepare(`SELECT name AS label, split, origin, at, conflict FROM labels
    LEFT JOIN label_names ON label_names.id = labels.label WHERE content = ?`);
  const addName = db.prepare('INSERT INTO label_names (name) VALUES (?) ON CONFLICT (name) DO NOTHING');
  const put = db.prepare(`INSERT INTO labels (content, label, split, origin, at, conflict)
    VALUES ($content, (SELECT id FROM label_names WHERE name = $label), $split, $origin, $at, $conflict)
    ON CONFLICT (content) DO UPDATE SET label = excluded.label, split = excluded.split, origin = excluded.origin,
      at = excluded.at, conflict = excluded.conflict`);
  const note = db.prepare(`INSERT INTO label_changes (content, at, origin, label_before, label, split_before, split)
    VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const changes = db.prepare(`SELECT at, origin, label_before, label, split_before, split FROM label_changes
    WHERE content = ? ORDER BY id`);
  const isGiven = 'EXISTS (SELECT 1 FROM labels WHERE label = label_names.id)';
  const isTold = `EXISTS (SELECT 1 FROM head_labels WHERE label = label_names.id AND head = ${headInUse})`;
  const given = db.prepare(`SELECT 1 FROM label_names WHERE name = ? AND ${isGiven}`);
  const used = db.prepare(`SELECT 1 FROM label_names WHERE name = ? AND (${isGiven} OR ${isTold})`);
  const names = db.prepare(`SELECT name FROM label_names WHERE ${isGiven} OR ${isTold} ORDER BY name`);
  const idOf = db.prepare('SELECT id FROM label_names WHERE name = ?');
  const noteAll = db.prepare(`INSERT INTO label_changes (content, at, origin, label_before, label, split_before, split)
    SELECT content, $at, $origin, $from, $to, split, split FROM labels WHERE label = $label
    RETURNING content`);
  const setName = db.prepare('UPDATE label_names SET name = ? WHERE id = ?');
  const moveFolders = db.prepare('UPDATE folder_labels SET label = ? WHERE label = ?');
  const moveLabels = db.prepare('UPDATE labels SET label = $into, at = $at WHERE label = $label');
  const dropName = db.prepare('DELETE FROM label_names WHERE id = ?');
  const isInResults = 'content NOT IN (SELECT id FROM contents WHERE unused_since IS NOT NULL)';
  const conflicting = db.prepare(
    `SELECT content FROM labels WHERE conflict IS NOT NULL AND ${isInResults} ORDER BY content`,
  );
  const fromRoot = db.prepare(`SELECT content FROM labels WHERE origin = 'folder:' || ? OR conflict IS NOT NULL`);
  const tallies = db.prepare(`SELECT name AS label, split, images, isGiven FROM (
      SELECT labels.label AS label, split, count(*) AS images, 1 AS isGiven FROM labels
        JOIN images ON images.content = labels.content AND gone_at IS NULL
        WHERE labels.label IS NOT NULL GROUP BY labels.label, split
      UNION ALL
      SELECT predictions.label, NULL, count(*), 0 FROM predictions
        JOIN images ON images.content = predictions.content AND gone_at IS NULL
        WHERE head = ${headInUse} AND p >= ${thresholdInUse} AND ${isWithoutGiven} GROUP BY predictions.label
    ) AS tally JOIN label_names ON label_names.id = tally.label ORDER BY name`);
  const images =
    db.prepare(`SELECT images.id AS id, roots.name AS root, images.path AS image, label_names.name AS label,
    split, EXISTS (SELECT 1 FROM images AS other WHERE other.path_nfc = images.path_nfc AND other.root <> images.root
      AND other.gone_at IS NULL) AS isAmbiguous
    FROM images JOIN roots ON roots.id = images.root JOIN labels ON labels.content = images.content
    JOIN label_names ON label_names.id = labels.label
    WHERE gone_at IS NULL AND images.id > $after AND ($root IS NULL OR roots.name = $root)
    ORDER BY images.id LIMIT $limit`);
  const count = db.prepare(`SELECT count(*) AS n FROM labels WHERE label IS NOT NULL AND ${isInResults}`);
  const conflictCount = db.prepare(`SELECT count(*) AS n FROM labels WHERE conflict IS NOT NULL AND ${isInResults}`);

  const numberOf = (name: string): number => (idOf.get(name) as { id: number } | undefined)?.id ?? -1;
  const contents = (rows: unknown[]): ContentId[] => (rows as { content: number }[]).map(({ content }) => content);
  /** What is no label any more: its folders are those of another one. */
  const dissolve = (label: number, into: number): void => {
    moveFolders.run(into, label);
    mergeLabel(label, into);
    dropName.run(label);
  };

  const table: LabelsTable = {
    of: (content) => of.get(content) as LabelRow | undefined,
    put(content, row) {
      const before = table.of(content);
      const { label, split, origin, at, conflict } = row;
      if (before ? isSame(before, row) : label === null && conflict === null) return false;
      if (label !== null) addName.run(label);
      put.run({ $content: content, $label: label, $split: split, $origin: origin, $at: at, $conflict: conflict });
      if (before || label !== null) {
        note.run(content, at, origin, before?.label ?? null, label, before?.split ?? null, split);
      }
      return true;
    },
    changes: (content) =>
      (changes.all(content) as ChangeRow[]).map(({ label_before, split_before, ...now }) => ({
        ...now,
        before: { label: label_before, split: split_before },
      })),
    isGiven: (label) => given.get(label) !== undefined,
    isUsed: (label) => used.get(label) !== undefined,
    names: () => (names.all() as { name: string }[]).map(({ name }) => name),
    rename(from, to, { origin, at }) {
      const label = numberOf(from);
      const unused = numberOf(to);
      if (unused >= 0) dissolve(unused, label);
      const renamed = contents(noteAll.all({ $label: label, $from: from, $to: to, $origin: origin, $at: at }));
      setName.run(to, label);
      return renamed;
    },
    merge(from, into, { origin, at }) {
      const [label, other] = [numberOf(from), numberOf(into)];
      const moved = contents(noteAll.all({ $label: label, $from: from, $to: into, $origin: origin, $at: at }));
      moveLabels.run({ $into: other, $at: at, $label: label });
      dissolve(label, other);
      return moved;
    },
    conflicting: () => contents(conflicting.all()),
    fromRoot: (name) => contents(fromRoot.all(name)),
    tallies: () =>
      (tallies.all() as unknown as TallyRow[]).map(({ isGiven, ...tally }) => ({ ...tally, isGiven: isGiven === 1 })),
    images: (after, limit, root) =>
      (images.all({ $after: after, $limit: limit, $root: root }) as unknown as LabelledRow[]).map((row) => ({
        ...row,
        isAmbiguous: row.isAmbiguous === 1,
      })),
    count: () => (count.get() as { n: number }).n,
    conflictCount: () => (conflictCount.get() as { n: number }).n,
  };
  return table;
}

type TallyRow = Omit<LabelTally, 'isGiven'> & { readonly isGiven: number };
type LabelledRow = Omit<LabelledImage, 'isAmbiguous'> & { readonly isAmbiguous: number };

interface ChangeRow {
  readonly label: string | null;
  readonly split: Split | null;
  readonly label_before: string | null;
  readonly split_before: Split | null;
  readonly origin: LabelOrigin;
  readonly at: number;
}

const isSame = (a: LabelRow, b: LabelRow): boolean =>
  a.label === b.label && a.split === b.split && a.origin === b.origin && a.conflict === b.conflict;

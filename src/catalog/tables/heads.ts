import type { Database } from '../../sqlite.ts';
import type { ContentId, HeadDetail, HeadId, HeadRecord, SpaceId, Split } from '../../types.ts';

/** One head without its numbers and without what it said of single contents. */
export interface HeadRow extends HeadFacts {
  readonly id: HeadId;
  readonly space: SpaceId;
  readonly at: number;
  readonly inUse: boolean;
  readonly threshold: number;
}

export type HeadFacts = Pick<HeadRecord, 'pictures' | 'accuracy' | 'data'>;
export type HeadRest = Pick<HeadDetail, 'options' | 'temperature' | 'evaluation' | 'tuning'>;

/** What a training said of single contents. `given` and the like are places in the head's labels. */
export interface ContentReport {
  readonly mistakes: readonly ContentMistake[];
  readonly suspects: readonly ContentSuspect[];
}

export interface ContentMistake {
  readonly content: ContentId;
  readonly split: Split;
  readonly given: number;
  readonly predicted: number;
  readonly p: number;
}

export interface ContentSuspect {
  readonly content: ContentId;
  readonly given: number;
  readonly suggested: number;
  readonly pGiven: number;
  readonly pSuggested: number;
}

export interface NewHead {
  readonly space: SpaceId;
  readonly at: number;
  readonly threshold: number;
  /** By place, with the number that it had when the training began: it may have been renamed or merged since. */
  readonly labels: readonly HeadLabel[];
  readonly facts: HeadFacts;
  readonly rest: HeadRest;
  readonly report: ContentReport;
  /** What `encodeHead` gave. */
  readonly bytes: Uint8Array;
}

export interface HeadLabel {
  /** Number of the label. */
  readonly id: number;
  readonly name: string;
}

export interface HeadsTable {
  insert(head: NewHead): HeadId;
  find(id: HeadId): HeadRow | undefined;
  /** Newest first. */
  list(): HeadRow[];
  inUse(): HeadRow | undefined;
  /** Shows the predictions of this one; null: of none. */
  use(id: HeadId | null): void;
  rest(id: HeadId): HeadRest;
  report(id: HeadId): ContentReport;
  bytes(id: HeadId): Uint8Array;
  /** What its classes are called now, by place. Two that were merged are called the same. */
  labels(id: HeadId): string[];
  /** Numbers of the labels, by place. Remembered: they change only where labels are merged. */
  labelIds(id: HeadId): readonly number[];
  /** Its predictions are left over then. */
  delete(id: HeadId): void;
  /** One label is another one now, in what heads say. */
  mergeLabel(from: number, into: number): void;
}

export function headsTable(db: Database): HeadsTable {
  const columns = 'id, space, at, in_use AS inUse, threshold, facts';
  const insert = db.prepare(`INSERT INTO heads (space, at, threshold, facts, detail, report, bytes)
    VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const hasLabel = db.prepare('SELECT 1 FROM label_names WHERE id = ?');
  const addName = db.prepare('INSERT INTO label_names (name) VALUES (?) ON CONFLICT (name) DO NOTHING');
  const idOf = db.prepare('SELECT id FROM label_names WHERE name = ?');
  const insertLabel = db.prepare('INSERT INTO head_labels (head, place, label) VALUES (?, ?, ?)');
  const find = db.prepare(`SELECT ${columns} FROM heads WHERE id = ?`);
  const list = db.prepare(`SELECT ${columns} FROM heads ORDER BY id DESC`);
  const inUse = db.prepare(`SELECT ${columns} FROM heads WHERE in_use = 1`);
  const unuse = db.prepare('UPDATE heads SET in_use = NULL WHERE in_use = 1');
  const use = db.prepare('UPDATE heads SET in_use = 1 WHERE id = ?');
  const rest = db.prepare('SELECT detail FROM heads WHERE id = ?');
  const report = db.prepare('SELECT report FROM heads WHERE id = ?');
  const bytes = db.prepare('SELECT bytes FROM heads WHERE id = ?');
  const labels = db.prepare(`SELECT name FROM head_labels JOIN label_names ON label_names.id = label
    WHERE head = ? ORDER BY place`);
  const labelIds = db.prepare('SELECT label FROM head_labels WHERE head = ? ORDER BY place');
  const dropLabels = db.prepare('DELETE FROM head_labels WHERE head = ?');
  const drop = db.prepare('DELETE FROM heads WHERE id = ?');
  const merge = ['head_labels', 'predictions'].map((table) =>
    db.prepare(`UPDATE ${table} SET label = $into WHERE label = $from`),
  );
  const known = new Map<HeadId, readonly number[]>();

  const currentId = ({ id, name }: HeadLabel): number => {
    if (hasLabel.get(id)) return id;
    addName.run(name);
    return (idOf.get(name) as { id: number }).id;
  };

  return {
    insert(head) {
      const { space, at, threshold, facts, rest, report } = head;
      const json = [facts, rest, report].map((part) => JSON.stringify(part)) as [string, string, string];
      const id = Number(insert.run(space, at, threshold, ...json, head.bytes).lastInsertRowid);
      for (const [place, label] of head.labels.entries()) insertLabel.run(id, place, currentId(label));
      return id;
    },
    find: (id) => rowOf(find.get(id)),
    list: () => list.all().map((row) => rowOf(row)!),
    inUse: () => rowOf(inUse.get()),
    use(id) {
      unuse.run();
      if (id !== null) use.run(id);
    },
    rest: (id) => JSON.parse((rest.get(id) as { detail: string }).detail) as HeadRest,
    report: (id) => JSON.parse((report.get(id) as { report: string }).report) as ContentReport,
    bytes: (id) => (bytes.get(id) as { bytes: Uint8Array }).bytes,
    labels: (id) => (labels.all(id) as { name: string }[]).map(({ name }) => name),
    labelIds(id) {
      const ids = known.get(id) ?? (labelIds.all(id) as { label: number }[]).map(({ label }) => label);
      known.set(id, ids);
      return ids;
    },
    delete(id) {
      known.delete(id);
      dropLabels.run(id);
      drop.run(id);
    },
    mergeLabel(from, into) {
      known.clear();
      for (const statement of merge) statement.run({ $from: from, $into: into });
    },
  };
}

interface Row extends Pick<HeadRow, 'id' | 'space' | 'at' | 'threshold'> {
  readonly inUse: number | null;
  readonly facts: string;
}

function rowOf(row: unknown): HeadRow | undefined {
  if (!row) return undefined;
  const { facts, inUse, ...rest } = row as Row;
  return { ...rest, inUse: inUse === 1, ...(JSON.parse(facts) as HeadFacts) };
}

import { decodeF16, encodeF16 } from '../../f16.ts';
import type { Database } from '../../sqlite.ts';
import type { ContentId, Embedding, FailureReason, Pooling, SpaceId, VectorSource } from '../../types.ts';

/** What the catalog remembers of a space, so that it can be opened again without naming its network. */
export interface SpaceRow {
  readonly id: number;
  readonly fingerprint: SpaceId;
  /** Name of its network. */
  readonly backbone: string;
  /** Folder of its network: a name under the shipped ones, or an absolute path. */
  readonly folder: string;
  readonly dim: number;
  /** null: as the manifest of its network says. */
  readonly pooling: Pooling | null;
  /** The layer that its network is cut after; null: as its manifest says. */
  readonly cut: string | null;
  /** The space of the same network whose vectors it projects; null: it projects none. */
  readonly base: SpaceId | null;
}

/** What a space is put with; absent parts are null. */
export type NewSpace = Omit<SpaceRow, 'id' | 'pooling' | 'cut' | 'base'> &
  Partial<Pick<SpaceRow, 'pooling' | 'cut' | 'base'>>;

export interface SpacesTable {
  find(fingerprint: SpaceId): SpaceRow | undefined;
  /** Oldest first. */
  list(): SpaceRow[];
  /** The row of a space, made or brought up to date. */
  put(space: NewSpace): SpaceRow;
  /** Takes away at most `limit` of its embeddings, and as many rows of classes and of what its heads predict; how many they were. */
  clear(fingerprint: SpaceId, limit: number): number;
  /** Forgets it, and all that lies by it, its heads too, but what `clear` takes away, which must have gone before. */
  delete(fingerprint: SpaceId): void;
}

export function spacesTable(db: Database): SpacesTable {
  const columns = 'id, fingerprint, backbone, folder, dim, pooling, cut, base';
  const find = db.prepare(`SELECT ${columns} FROM spaces WHERE fingerprint = ?`);
  const list = db.prepare(`SELECT ${columns} FROM spaces ORDER BY id`);
  const put =
    db.prepare(`INSERT INTO spaces (fingerprint, backbone, folder, dim, pooling, cut, base) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (fingerprint) DO UPDATE SET backbone = excluded.backbone, folder = excluded.folder,
    pooling = excluded.pooling, cut = excluded.cut RETURNING ${columns}`);
  const clear = db.prepare(`DELETE FROM embeddings WHERE id IN
    (SELECT id FROM embeddings WHERE space = (SELECT id FROM spaces WHERE fingerprint = ?) LIMIT ?)`);
  const clearClasses = db.prepare(`DELETE FROM classes WHERE (content, space, rank) IN (SELECT content, space, rank
    FROM classes WHERE space = (SELECT id FROM spaces WHERE fingerprint = ?) LIMIT ?)`);
  const clearPredictions = db.prepare(`DELETE FROM predictions WHERE (content, head) IN (SELECT content, head
    FROM predictions WHERE head IN (SELECT id FROM heads WHERE space = ?) LIMIT ?)`);
  const dropHeadLabels = db.prepare('DELETE FROM head_labels WHERE head IN (SELECT id FROM heads WHERE space = ?)');
  const dropHeads = db.prepare('DELETE FROM heads WHERE space = ?');
  const leftovers = ['removals', 'space_failures', 'class_names', 'projections'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE space = (SELECT id FROM spaces WHERE fingerprint = ?)`),
  );
  const drop = db.prepare('DELETE FROM spaces WHERE fingerprint = ?');
  return {
    find: (fingerprint) => find.get(fingerprint) as SpaceRow | undefined,
    list: () => list.all() as SpaceRow[],
    put({ fingerprint, backbone, folder, dim, pooling = null, cut = null, base = null }) {
      return put.get(fingerprint, backbone, folder, dim, pooling, cut, base) as SpaceRow;
    },
    clear: (fingerprint, limit) =>
      [clear, clearClasses, clearPredictions].reduce(
        (gone, statement) => gone + Number(statement.run(fingerprint, limit).changes),
        0,
      ),
    delete(fingerprint) {
      for (const statement of [...leftovers, dropHeadLabels, dropHeads]) statement.run(fingerprint);
      drop.run(fingerprint);
    },
  };
}

/** The embeddings of one space: also how an index sees the catalog. */
export interface EmbeddingsTable extends VectorSource {
  get(content: ContentId): Embedding | undefined;
  has(content: ContentId): boolean;
  /** Stores a raw vector as its direction in f16 and its length; gives back what was stored, and the new revision. */
  insert(content: ContentId, raw: Float32Array, provenance: string): { embedding: Embedding; revision: number };
  /** Contents with an image in results that this space lacks, without those that failed, smallest first. */
  lacking(): ContentId[];
  lackingCount(): number;
  /** Contents that it has, in no order. */
  contents(): ContentId[];
  /** Paths of the images of a root whose contents this space lacks. */
  lackingPaths(rootNumber: number): string[];
  /** Remembers that its network could not embed a content: it is not lacking any more. */
  fail(content: ContentId, reason: FailureReason, message: string): void;
  /** Contents with an image in results that failed. */
  failedCount(): number;
  /** They are lacking again. */
  forgetFailures(): void;
}

/** @param row its row in `spaces` */
export function embeddingsTable(db: Database, { id: space, fingerprint, dim }: SpaceRow): EmbeddingsTable {
  const revision = db.prepare('SELECT revision FROM spaces WHERE id = ?');
  const advance = db.prepare('UPDATE spaces SET revision = revision + 1 WHERE id = ? RETURNING revision');
  const count = db.prepare('SELECT count(*) AS n FROM embeddings WHERE space = ?');
  const added = db.prepare(`SELECT content, revision, vector FROM embeddings WHERE space = ? AND revision > ?
    ORDER BY revision LIMIT ?`);
  const removed = db.prepare('SELECT content FROM removals WHERE space = ? AND revision > ? ORDER BY revision');
  const get = db.prepare('SELECT vector, length FROM embeddings WHERE space = ? AND content = ?');
  const insert = db.prepare(`INSERT INTO embeddings (space, content, revision, length, vector, provenance)
    VALUES (?, ?, ?, ?, ?, ?)`);
  const isLacking = `unused_since IS NULL
    AND NOT EXISTS (SELECT 1 FROM embeddings WHERE space = $space AND content = contents.id)
    AND NOT EXISTS (SELECT 1 FROM space_failures WHERE space = $space AND content = contents.id)`;
  const lacking = db.prepare(`SELECT id FROM contents WHERE ${isLacking} ORDER BY id`);
  const lackingCount = db.prepare(`SELECT count(*) AS n FROM contents WHERE ${isLacking}`);
  const contents = db.prepare('SELECT content FROM embeddings WHERE space = ?');
  const lackingPaths = db.prepare(`SELECT path FROM contents JOIN images ON images.content = contents.id
    WHERE root = $root AND gone_at IS NULL AND ${isLacking}`);
  const fail = db.prepare(`INSERT INTO space_failures (space, content, reason, message) VALUES (?, ?, ?, ?)
    ON CONFLICT (space, content) DO UPDATE SET reason = excluded.reason, message = excluded.message`);
  const failedCount = db.prepare(`SELECT count(*) AS n FROM space_failures JOIN contents ON contents.id = content
    WHERE space = ? AND unused_since IS NULL`);
  const forgetFailure = db.prepare('DELETE FROM space_failures WHERE space = ? AND content = ?');
  const forgetFailures = db.prepare('DELETE FROM space_failures WHERE space = ?');
  return {
    space: fingerprint,
    dim,
    revision: () => (revision.get(space) as { revision: number }).revision,
    count: () => (count.get(space) as { n: number }).n,
    added: (since, limit) =>
      (added.all(space, since, limit) as { content: number; revision: number; vector: Uint8Array }[]).map((row) => ({
        content: row.content,
        revision: row.revision,
        vector: unit(decodeF16(row.vector, dim)).vector,
      })),
    removed: (since) => (removed.all(space, since) as { content: number }[]).map((row) => row.content),
    has: (content) => get.get(space, content) !== undefined,
    get(content) {
      const row = get.get(space, content) as { vector: Uint8Array; length: number } | undefined;
      return row && { vector: unit(decodeF16(row.vector, dim)).vector, length: row.length };
    },
    insert(content, raw, provenance) {
      const { vector, length } = unit(raw);
      const stored = encodeF16(vector);
      const { revision: now } = advance.get(space) as { revision: number };
      insert.run(space, content, now, length, stored, provenance);
      forgetFailure.run(space, content);
      // What is searched now must be what is read back after a restart: the rounded numbers.
      return { embedding: { vector: unit(decodeF16(stored, dim)).vector, length }, revision: now };
    },
    lacking: () => (lacking.all({ $space: space }) as { id: number }[]).map((row) => row.id),
    lackingCount: () => (lackingCount.get({ $space: space }) as { n: number }).n,
    contents: () => (contents.all(space) as { content: number }[]).map((row) => row.content),
    lackingPaths: (root) =>
      (lackingPaths.all({ $space: space, $root: root }) as { path: string }[]).map((row) => row.path),
    fail: (content, reason, message) => void fail.run(space, content, reason, message),
    failedCount: () => (failedCount.get(space) as { n: number }).n,
    forgetFailures: () => void forgetFailures.run(space),
  };
}

/** Takes a content out of every space that has it, each with a revision of its own, and with it what networks and heads say of it. */
export function removeEmbeddings(db: Database, content: ContentId): void {
  const spaces = db.prepare('SELECT space FROM embeddings WHERE content = ?').all(content) as { space: number }[];
  for (const { space } of spaces) {
    db.prepare('UPDATE spaces SET revision = revision + 1 WHERE id = ?').run(space);
    db.prepare(`INSERT INTO removals (space, revision, content)
      SELECT id, revision, ? FROM spaces WHERE id = ?`).run(content, space);
    db.prepare('DELETE FROM embeddings WHERE space = ? AND content = ?').run(space, content);
  }
  for (const table of ['space_failures', 'classes', 'predictions'])
    db.prepare(`DELETE FROM ${table} WHERE content = ?`).run(content);
}

/**
 * A vector divided by its length.
 * @throws RangeError for a vector of zeros or with a number that is not finite: neither has a direction
 */
export function unit(raw: Float32Array): Embedding {
  let sum = 0;
  for (const x of raw) sum += x * x;
  const length = Math.sqrt(sum);
  if (!(length > 0 && Number.isFinite(length))) {
    throw new RangeError(`a vector must have a finite length above 0; got ${length}`);
  }
  const vector = new Float32Array(raw.length);
  for (let i = 0; i < raw.length; i++) vector[i] = raw[i]! / length;
  return { vector, length };
}

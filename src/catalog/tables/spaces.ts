import type { Database } from '../../sqlite.ts';
import type { ContentId, Embedding, SpaceId, VectorSource } from '../../types.ts';
import { decodeF16, encodeF16 } from '../../vectors/f16.ts';

/** What the catalog remembers of a space, so that it can be opened again without naming its network. */
export interface SpaceRow {
  readonly id: number;
  readonly fingerprint: SpaceId;
  /** Name of its network. */
  readonly backbone: string;
  /** Folder of its network: a name under the shipped ones, or an absolute path. */
  readonly folder: string;
  readonly dim: number;
}

export interface SpacesTable {
  find(fingerprint: SpaceId): SpaceRow | undefined;
  /** The row of a space, made or brought up to date. */
  put(space: Omit<SpaceRow, 'id'>): SpaceRow;
}

export function spacesTable(db: Database): SpacesTable {
  const find = db.prepare('SELECT id, fingerprint, backbone, folder, dim FROM spaces WHERE fingerprint = ?');
  const put = db.prepare(`INSERT INTO spaces (fingerprint, backbone, folder, dim) VALUES (?, ?, ?, ?)
    ON CONFLICT (fingerprint) DO UPDATE SET backbone = excluded.backbone, folder = excluded.folder
    RETURNING id, fingerprint, backbone, folder, dim`);
  return {
    find: (fingerprint) => find.get(fingerprint) as SpaceRow | undefined,
    put: (s) => put.get(s.fingerprint, s.backbone, s.folder, s.dim) as SpaceRow,
  };
}

/** The embeddings of one space: also how an index sees the catalog. */
export interface EmbeddingsTable extends VectorSource {
  get(content: ContentId): Embedding | undefined;
  has(content: ContentId): boolean;
  /** Stores a raw vector as its direction in f16 and its length; gives back what was stored, and the new revision. */
  insert(content: ContentId, raw: Float32Array, provenance: string): { embedding: Embedding; revision: number };
  /** Contents with an image in results that this space lacks, smallest first. */
  lacking(): ContentId[];
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
  const lacking = db.prepare(`SELECT id FROM contents WHERE unused_since IS NULL
    AND NOT EXISTS (SELECT 1 FROM embeddings WHERE space = ? AND content = contents.id) ORDER BY id`);
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
      // What is searched now must be what is read back after a restart: the rounded numbers.
      return { embedding: { vector: unit(decodeF16(stored, dim)).vector, length }, revision: now };
    },
    lacking: () => (lacking.all(space) as { id: number }[]).map((row) => row.id),
  };
}

/** Takes a content out of every space that has it, each with a revision of its own. */
export function removeEmbeddings(db: Database, content: ContentId): void {
  const spaces = db.prepare('SELECT space FROM embeddings WHERE content = ?').all(content) as { space: number }[];
  for (const { space } of spaces) {
    db.prepare('UPDATE spaces SET revision = revision + 1 WHERE id = ?').run(space);
    db.prepare(`INSERT INTO removals (space, revision, content)
      SELECT id, revision, ? FROM spaces WHERE id = ?`).run(content, space);
    db.prepare('DELETE FROM embeddings WHERE space = ? AND content = ?').run(space, content);
  }
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

import { PixkinError } from '../../errors.ts';
import { createStatements, type Database } from '../../sqlite.ts';
import type { ContentId, FileFacts, ImageAddress, ImageId, ImageRecord, KnownFile } from '../../types.ts';
import { type ClassFilter, contentsOfClasses } from './classes.ts';
import { type LabelFilter, labelCondition } from './label-filter.ts';
import { headInUse, thresholdInUse } from './predictions.ts';

/** An image in results, with the number of its content. */
export interface ImageRow extends ImageRecord {
  readonly contentId: ContentId;
}

export interface ImagesTable {
  byId(id: ImageId): ImageRow | undefined;
  /** Throws `image_not_found` or `ambiguous_image`. */
  find(address: ImageAddress): ImageRow;
  at(root: string, path: string): ImageRow | undefined;
  /** In results now, smallest id first. */
  ofContent(content: ContentId, limit?: number): ImageRow[];
  /** Rows that are kept for the grace time, the latest gone first. */
  goneOfContent(content: ContentId): { id: ImageId; root: string }[];
  countOf(content: ContentId): number;
  /** Contents of the images in results at a path of a root, in Unicode's form NFC: two only where names differ but in that. */
  contentsAt(rootNumber: number, path: string): ContentId[];
  /** Contents of the images in results whose file has a name, whatever their folder: at most two. */
  contentsNamed(rootNumber: number, name: string): ContentId[];
  page(o: ImagesPage): ImageRow[];
  known(rootNumber: number): Map<string, KnownFile>;
  insert(rootNumber: number, file: FileFacts, content: ContentId): ImageId;
  /** The image `id` is this file now. */
  move(id: ImageId, rootNumber: number, file: FileFacts): void;
  touch(id: ImageId, file: FileFacts): void;
  markGone(id: ImageId, now: number): void;
  count(): number;
}

export interface ImagesPage {
  readonly after: ImageId;
  readonly limit: number;
  readonly root?: string;
  readonly classes?: ClassFilter | undefined;
  readonly labels?: LabelFilter | undefined;
}

/** As it is read: with the state of its root, and the parts of its prediction. */
interface Row extends Omit<ImageRow, 'offline' | 'prediction'> {
  readonly state: string;
  readonly predicted: string | null;
  readonly p: number | null;
}

export function imagesTable(db: Database): ImagesTable {
  const columns = `SELECT images.id AS id, roots.name AS root, images.path AS image, contents.id AS contentId,
    contents.sha256 AS content, contents.bytes AS bytes, kind, width, height, taken_at AS takenAt, phash, roots.state AS state,
    label_names.name AS label, predicted_names.name AS predicted, p
    FROM images JOIN roots ON roots.id = images.root JOIN contents ON contents.id = images.content
    LEFT JOIN labels ON labels.content = images.content LEFT JOIN label_names ON label_names.id = labels.label
    LEFT JOIN predictions ON predictions.content = images.content AND head = ${headInUse} AND p >= ${thresholdInUse}
    LEFT JOIN label_names AS predicted_names ON predicted_names.id = predictions.label
    WHERE gone_at IS NULL`;
  const byId = db.prepare(`${columns} AND images.id = ?`);
  const atPath = db.prepare(`${columns} AND roots.name = ? AND images.path = ?`);
  const byPath = db.prepare(
    `${columns} AND path_nfc = ? AND (? IS NULL OR roots.name = ?) ORDER BY images.id LIMIT 10`,
  );
  const byName = db.prepare(
    `${columns} AND name_nfc = ? AND (? IS NULL OR roots.name = ?) ORDER BY images.id LIMIT 10`,
  );
  const byContent = db.prepare(`${columns} AND images.content = ? ORDER BY images.id LIMIT ?`);
  const gone = db.prepare(`SELECT images.id AS id, roots.name AS root FROM images JOIN roots ON roots.id = images.root
    WHERE images.content = ? AND gone_at IS NOT NULL ORDER BY gone_at DESC, images.id`);
  const countOf = db.prepare('SELECT count(*) AS n FROM images WHERE content = ? AND gone_at IS NULL');
  const contentsWhere = (column: string) =>
    db.prepare(`SELECT DISTINCT content FROM images WHERE ${column} = ? AND root = ? AND gone_at IS NULL LIMIT 2`);
  const contentsAt = contentsWhere('path_nfc');
  const contentsNamed = contentsWhere('name_nfc');
  const known = db.prepare('SELECT path, bytes, mtime_ms AS mtimeMs FROM images WHERE root = ? AND gone_at IS NULL');
  const insert = db.prepare(`INSERT INTO images (root, path, path_nfc, name_nfc, content, bytes, mtime_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const move = db.prepare(`UPDATE images SET root = ?, path = ?, path_nfc = ?, name_nfc = ?, bytes = ?, mtime_ms = ?,
    gone_at = NULL WHERE id = ?`);
  const touch = db.prepare('UPDATE images SET bytes = ?, mtime_ms = ? WHERE id = ?');
  const markGone = db.prepare('UPDATE images SET gone_at = ? WHERE id = ?');
  const count = db.prepare('SELECT count(*) AS n FROM images WHERE gone_at IS NULL');

  const statement = createStatements(db);
  const record = ({ state, predicted, p, ...row }: Row): ImageRow => ({
    ...row,
    offline: state === 'offline',
    prediction: predicted === null || p === null ? null : { label: predicted, p },
  });
  const one = (row: unknown): ImageRow | undefined => (row ? record(row as Row) : undefined);
  const many = (rows: unknown[]): ImageRow[] => rows.map((row) => record(row as Row));
  const contents = (rows: unknown[]): ContentId[] => (rows as { content: number }[]).map(({ content }) => content);

  return {
    byId: (id) => one(byId.get(id)),
    find(address) {
      if ('id' in address) {
        const found = one(byId.get(address.id));
        if (found) return found;
        throw new PixkinError('image_not_found', `no image has the id ${address.id}`);
      }
      const { image, root = null } = address;
      const exact = root === null ? undefined : one(atPath.get(root, image));
      if (exact) return exact;
      const wanted = image.normalize('NFC');
      // A path first; where nothing has it, a bare file name that is unique will do.
      let found = many(byPath.all(wanted, root, root));
      const same = found.filter((row) => row.image === image);
      if (same.length === 1) found = same;
      if (found.length === 0 && !wanted.includes('/')) found = many(byName.all(wanted, root, root));
      const [first, second] = found;
      if (first && !second) return first;
      if (first) {
        const places = found.map((row) => `${row.root}: ${row.image}`).join(', ');
        throw new PixkinError('ambiguous_image', `"${image}" names more than one image: ${places}`, {
          hint: 'say which with root=, or with its whole path or id',
        });
      }
      throw new PixkinError(
        'image_not_found',
        `no image "${image}"${root === null ? '' : ` in root "${root}"`} is indexed`,
        {
          hint: 'image is the path relative to its root; GET /images lists them',
        },
      );
    },
    at: (root, path) => one(atPath.get(root, path)),
    ofContent: (content, limit = -1) => many(byContent.all(content, limit)),
    goneOfContent: (content) => gone.all(content) as { id: ImageId; root: string }[],
    countOf: (content) => (countOf.get(content) as { n: number }).n,
    contentsAt: (root, path) => contents(contentsAt.all(path.normalize('NFC'), root)),
    contentsNamed: (root, name) => contents(contentsNamed.all(name.normalize('NFC'), root)),
    page({ after, limit, root = null, classes, labels }) {
      const labelled = labels && labelCondition(statement, labels, limit);
      const query = statement(`${columns} AND images.id > $after AND ($root IS NULL OR roots.name = $root)
        ${classes ? `AND images.content IN (${contentsOfClasses})` : ''} ${labelled ? `AND ${labelled.sql}` : ''}
        ORDER BY images.id LIMIT $limit`);
      const parameters = { $after: after, $limit: limit, $root: root, ...classes, ...labelled?.parameters };
      return many(query.all(parameters));
    },
    known(root) {
      const files = new Map<string, KnownFile>();
      for (const row of known.iterate(root) as Iterable<{ path: string; bytes: number; mtimeMs: number }>) {
        files.set(row.path, { bytes: row.bytes, mtimeMs: row.mtimeMs, failed: false });
      }
      return files;
    },
    insert(root, file, content) {
      const { lastInsertRowid } = insert.run(
        root,
        file.path,
        ...searchable(file.path),
        content,
        file.bytes,
        file.mtimeMs,
      );
      return Number(lastInsertRowid);
    },
    move(id, root, file) {
      move.run(root, file.path, ...searchable(file.path), file.bytes, file.mtimeMs, id);
    },
    touch(id, file) {
      touch.run(file.bytes, file.mtimeMs, id);
    },
    markGone(id, now) {
      markGone.run(now, id);
    },
    count: () => (count.get() as { n: number }).n,
  };
}

/** A path and its last part in NFC: what is typed is, what some file systems give back is not. */
function searchable(path: string): [path: string, name: string] {
  const nfc = path.normalize('NFC');
  return [nfc, nfc.slice(nfc.lastIndexOf('/') + 1)];
}

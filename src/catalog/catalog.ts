/**
 * The catalog: the SQLite database that is the truth. Everything else in a data folder can be made again from it.
 */
import { PixkinError } from '../errors.ts';
import { createStatements, type Database, inTransaction, openDatabase, sqliteCode, sqliteCodes } from '../sqlite.ts';
import type { ContentId, Sha256 } from '../types.ts';
import { migrate, requireKnownVersion } from './schema.ts';
import { type ClassesTable, classesTable } from './tables/classes.ts';
import { type ContentsTable, contentsTable } from './tables/contents.ts';
import { type FailuresTable, failuresTable } from './tables/failures.ts';
import { type FolderLabelsTable, folderLabelsTable } from './tables/folder-labels.ts';
import { type HeadsTable, headsTable } from './tables/heads.ts';
import { type ImagesTable, imagesTable } from './tables/images.ts';
import { contentsWithLabels, type LabelFilter } from './tables/label-filter.ts';
import { type LabelsTable, labelsTable } from './tables/labels.ts';
import { type MetaTable, metaTable } from './tables/meta.ts';
import { type PredictionsTable, predictionsTable } from './tables/predictions.ts';
import { type ProjectionsTable, projectionsTable } from './tables/projections.ts';
import { type RootsTable, rootsTable } from './tables/roots.ts';
import {
  type EmbeddingsTable,
  embeddingsTable,
  removeEmbeddings,
  type SpaceRow,
  type SpacesTable,
  spacesTable,
} from './tables/spaces.ts';
import { type TrainingTable, trainingTable } from './tables/training.ts';

export interface Catalog {
  readonly meta: MetaTable;
  readonly roots: RootsTable;
  readonly images: ImagesTable;
  readonly contents: ContentsTable;
  readonly failures: FailuresTable;
  readonly labels: LabelsTable;
  readonly folderLabels: FolderLabelsTable;
  readonly heads: HeadsTable;
  readonly predictions: PredictionsTable;
  readonly training: TrainingTable;
  readonly spaces: SpacesTable;
  readonly projections: ProjectionsTable;
  embeddings(space: SpaceRow): EmbeddingsTable;
  classes(space: SpaceRow): ClassesTable;
  /** Contents in results by their labels. */
  contentsWithLabels(filter: LabelFilter): Set<ContentId>;
  /** Grows with every change of a row: what was read is as it was where this is. */
  changes(): number;
  /** Forgets contents that no image in results has had since before `time` (ms since 1970), at most `limit`; which they were. */
  purge(time: number, limit: number): { id: ContentId; sha256: Sha256 }[];
  /** Gives the system back some of the room that deletions left in the file; whether there is more of it. */
  shrink(): boolean;
  /** Everything in `work`, or nothing of it. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens a catalog, made or migrated where that is needed.
 * @param path a file, or `:memory:`
 * @throws `catalog_too_new`, `catalog_damaged`, `data_unwritable`
 */
export function openCatalog(path: string): Catalog {
  let db: Database | undefined;
  try {
    db = openDatabase(path);
    // First of all: the journal mode, too, is written into the file.
    requireKnownVersion(db);
    // Only a file without tables takes it: what a space has left behind can then be given back a piece at a time.
    db.exec('PRAGMA auto_vacuum = INCREMENTAL');
    // WAL: a reader never waits for the writer. NORMAL: a kill loses nothing that was committed; a power cut may lose the
    // last commits but never damages the file, and the next sweep finds those pictures again.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON');
    // The log is copied into the database every 16 MB, not every 4: each time waits for the disk.
    db.exec('PRAGMA wal_autocheckpoint = 4000');
    migrate(db);
    return tables(db);
  } catch (error) {
    db?.close();
    throw explained(error, path);
  }
}

/** 4 MB: a slice that holds nobody up. */
const pagesAtOnce = 1000;

function tables(db: Database): Catalog {
  const contents = contentsTable(db);
  const heads = headsTable(db);
  const statement = createStatements(db);
  const changes = db.prepare('SELECT total_changes() AS n');
  const transaction = <T>(work: () => T): T => inTransaction(db, work);
  return {
    meta: metaTable(db),
    roots: rootsTable(db),
    images: imagesTable(db),
    contents,
    failures: failuresTable(db),
    labels: labelsTable(db, heads.mergeLabel),
    folderLabels: folderLabelsTable(db),
    heads,
    predictions: predictionsTable(db),
    training: trainingTable(db),
    spaces: spacesTable(db),
    projections: projectionsTable(db),
    embeddings: (space) => embeddingsTable(db, space),
    classes: (space) => classesTable(db, space),
    contentsWithLabels: (filter) => contentsWithLabels(statement, filter),
    changes: () => (changes.get() as { n: number }).n,
    purge(time, limit) {
      const unused = contents.unusedBefore(time, limit);
      if (unused.length === 0) return unused;
      transaction(() => {
        for (const { id } of unused) {
          removeEmbeddings(db, id);
          contents.delete(id);
        }
      });
      return unused;
    },
    transaction,
    shrink() {
      const before = freePages(db);
      if (before > 0) db.exec(`PRAGMA incremental_vacuum(${pagesAtOnce})`);
      const after = freePages(db);
      // A catalog that was made without it keeps its free pages, and fills them again.
      return after > 0 && after < before;
    },
    close() {
      try {
        // Closing alone does not: statements that were not collected yet keep the connection. The file is to be whole by itself.
        db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      } catch {
        // A full disk: what was committed lies in the file beside it.
      }
      db.close();
    },
  };
}

function freePages(db: Database): number {
  return (db.prepare('PRAGMA freelist_count').get() as { freelist_count: number }).freelist_count;
}

function explained(error: unknown, path: string): unknown {
  const code = sqliteCode(error);
  if (code === sqliteCodes.corrupt || code === sqliteCodes.notADatabase) {
    return new PixkinError('catalog_damaged', `the catalog ${path} cannot be read: ${(error as Error).message}`, {
      hint: 'put a backup in its place, or move it away: then everything is indexed anew',
      cause: error,
    });
  }
  if (
    code === sqliteCodes.readOnly ||
    code === sqliteCodes.cannotOpen ||
    code === sqliteCodes.full ||
    code === sqliteCodes.io
  ) {
    return new PixkinError('data_unwritable', `the catalog ${path} cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return error;
}

/**
 * The catalog's tables, as numbered migrations: a migration that was released is never edited, another one follows it.
 */
import { PixkinError } from '../errors.ts';
import { type Database, inTransaction } from '../sqlite.ts';

const migrations: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  CREATE TABLE roots (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    held INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  -- AUTOINCREMENT: a number is never given twice, also after its row has gone.
  CREATE TABLE contents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE,
    bytes INTEGER NOT NULL,
    kind TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    phash TEXT NOT NULL,
    taken_at TEXT,
    -- When its last image left the results; null while there is one.
    unused_since INTEGER
  ) STRICT;
  CREATE INDEX contents_bytes ON contents (bytes);
  CREATE INDEX contents_unused ON contents (unused_since) WHERE unused_since IS NOT NULL;

  -- A row whose gone_at is set is kept for the grace time: a file that comes back, also under another name, is that image again.
  CREATE TABLE images (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    root INTEGER NOT NULL REFERENCES roots (id),
    path TEXT NOT NULL,
    -- Normalised to NFC, as people type it: a path, and its last part.
    path_nfc TEXT NOT NULL,
    name_nfc TEXT NOT NULL,
    content INTEGER NOT NULL REFERENCES contents (id),
    bytes INTEGER NOT NULL,
    mtime_ms REAL NOT NULL,
    gone_at INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX images_path ON images (root, path) WHERE gone_at IS NULL;
  CREATE INDEX images_path_nfc ON images (path_nfc) WHERE gone_at IS NULL;
  CREATE INDEX images_name_nfc ON images (name_nfc) WHERE gone_at IS NULL;
  CREATE INDEX images_content ON images (content);

  CREATE TABLE spaces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint TEXT NOT NULL UNIQUE,
    backbone TEXT NOT NULL,
    folder TEXT NOT NULL,
    dim INTEGER NOT NULL,
    revision INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE embeddings (
    id INTEGER PRIMARY KEY,
    space INTEGER NOT NULL REFERENCES spaces (id),
    content INTEGER NOT NULL REFERENCES contents (id),
    revision INTEGER NOT NULL,
    -- Before it was divided by it.
    length REAL NOT NULL,
    -- IEEE 754 half precision, little endian.
    vector BLOB NOT NULL,
    -- Versions of what computed it, for people; no part of the space.
    provenance TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX embeddings_content ON embeddings (space, content);
  CREATE UNIQUE INDEX embeddings_revision ON embeddings (space, revision);

  CREATE TABLE removals (
    space INTEGER NOT NULL REFERENCES spaces (id),
    revision INTEGER NOT NULL,
    content INTEGER NOT NULL,
    PRIMARY KEY (space, revision)
  ) STRICT;

  CREATE TABLE failures (
    root INTEGER NOT NULL REFERENCES roots (id),
    path TEXT NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    mtime_ms REAL NOT NULL,
    PRIMARY KEY (root, path)
  ) STRICT;
  `,
];

/** The version that this pixkin writes. */
export const schemaVersion: number = migrations.length;

/**
 * Only reads.
 * @throws `catalog_too_new` where a newer pixkin wrote it
 */
export function requireKnownVersion(db: Database): void {
  const found = versionOf(db);
  if (found <= schemaVersion) return;
  throw new PixkinError(
    'catalog_too_new',
    `the catalog has schema version ${found}; this pixkin knows versions up to ${schemaVersion}`,
    { hint: 'use the newer pixkin that wrote it, or another --data folder' },
  );
}

/** Brings a catalog to `schemaVersion`, each migration in a transaction of its own. */
export function migrate(db: Database): void {
  const found = versionOf(db);
  for (const [n, sql] of migrations.entries()) {
    if (n < found) continue;
    inTransaction(db, () => {
      db.exec(sql);
      db.exec(`PRAGMA user_version = ${n + 1}`);
    });
  }
}

function versionOf(db: Database): number {
  return (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}

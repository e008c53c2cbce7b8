/**
 * Brings a catalog to the tables of this pixkin.
 */
import { PixkinError } from '../errors.ts';
import { type Database, inTransaction } from '../sqlite.ts';
import { migrations } from './migrations.ts';

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

/**
 * The one file that names the SQLite package. Its API is that of `node:sqlite`, so that a later Node needs one import changed.
 */
import { DatabaseSync } from '@photostructure/sqlite';

export type Database = InstanceType<typeof DatabaseSync>;

/** SQLite's primary result codes that somebody can do something about. */
export const sqliteCodes = {
  busy: 5,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** @param timeoutMs how long a statement waits for another process's lock */
export function openDatabase(path: string, o: { timeoutMs?: number } = {}): Database {
  return new DatabaseSync(path, { timeout: o.timeoutMs ?? 5000 });
}

/** Everything in `work`, or nothing of it. Not to be nested. */
export function inTransaction<T>(db: Database, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const value = work();
    db.exec('COMMIT');
    return value;
  } catch (error) {
    // A failed COMMIT may have ended the transaction already (disk full): the first error is the one to tell.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

export type Statement = ReturnType<Database['prepare']>;

/** For statements that are put together as they are needed: each is prepared once. */
export function createStatements(db: Database): (sql: string) => Statement {
  const prepared = new Map<string, Statement>();
  return (sql) => {
    const statement = prepared.get(sql) ?? db.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
}

/** The primary result code of an error that SQLite threw, or undefined for any other value. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

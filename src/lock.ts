/**
 * Who holds a collection: an exclusive lock on a SQLite file. The kernel releases it when its holder dies, also by kill -9, and
 * it does not care for process numbers, which a restarted container gives again. Beside it lies how to reach the holder.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase, sqliteCode, sqliteCodes } from './sqlite.ts';

/** How another process reaches the one that holds the collection. */
export interface Holder {
  readonly pid: number;
  /** `http://host:port` */
  readonly url: string;
  /** Lets a command do everything; readable by the owner of the data folder only. */
  readonly token: string;
}

export interface Lock {
  /** Lets other processes find the holder. */
  announce(holder: Holder): void;
  release(): void;
}

/** Takes the lock of a data folder, which must exist; null where another process has it. */
export function acquireLock(folder: string): Lock | null {
  const db = openDatabase(join(folder, 'lock.db'), { timeoutMs: 0 });
  if (!lock(db)) return null;
  const place = join(folder, 'holder.json');
  // What a killed holder left behind leads nowhere.
  rmSync(place, { force: true });
  return {
    announce(holder) {
      writeFileSync(`${place}.tmp`, JSON.stringify(holder), { mode: 0o600 });
      renameSync(`${place}.tmp`, place);
    },
    release() {
      rmSync(place, { force: true });
      db.close();
    },
  };
}

/** What the holder announced; null where it has not yet, or there is none. */
export function readHolder(folder: string): Holder | null {
  try {
    return JSON.parse(readFileSync(join(folder, 'holder.json'), 'utf8')) as Holder;
  } catch {
    return null;
  }
}

function lock(db: Database): boolean {
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    db.close();
    if (sqliteCode(error) === sqliteCodes.busy) return false;
    throw error;
  }
}

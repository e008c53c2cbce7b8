import type { Database } from '../../sqlite.ts';
import type { FailureReason, FailureRecord, FileFacts, KnownFile } from '../../types.ts';

export interface FailuresTable {
  list(): FailureRecord[];
  at(rootNumber: number, path: string): (FailureRecord & KnownFile) | undefined;
  known(rootNumber: number): Iterable<[path: string, file: KnownFile]>;
  put(rootNumber: number, file: FileFacts, reason: FailureReason, message: string): void;
  /** Whether there was one. */
  delete(rootNumber: number, path: string): boolean;
  count(): number;
}

export function failuresTable(db: Database): FailuresTable {
  const columns = `SELECT roots.name AS root, failures.path AS image, reason, message, bytes, mtime_ms AS mtimeMs
    FROM failures JOIN roots ON roots.id = failures.root`;
  const list = db.prepare(`${columns} ORDER BY roots.name, failures.path`);
  const at = db.prepare(`${columns} WHERE failures.root = ? AND failures.path = ?`);
  // What could not be read may be readable now though neither size nor time changed (a permission, a disk): NaN equals nothing.
  const known = db.prepare(`SELECT path, bytes, mtime_ms AS mtimeMs, reason FROM failures WHERE root = ?`);
  const put = db.prepare(`INSERT INTO failures (root, path, reason, message, bytes, mtime_ms) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (root, path) DO UPDATE SET reason = excluded.reason, message = excluded.message,
    bytes = excluded.bytes, mtime_ms = excluded.mtime_ms`);
  const drop = db.prepare('DELETE FROM failures WHERE root = ? AND path = ?');
  const count = db.prepare('SELECT count(*) AS n FROM failures');
  return {
    list: () =>
      (list.all() as FailureRecord[]).map(({ root, image, reason, message }) => ({ root, image, reason, message })),
    at: (root, path) => at.get(root, path) as (FailureRecord & KnownFile) | undefined,
    *known(root) {
      for (const row of known.all(root) as { path: string; bytes: number; mtimeMs: number; reason: FailureReason }[]) {
        const mtimeMs = row.reason === 'unreadable' ? Number.NaN : row.mtimeMs;
        yield [row.path, { bytes: row.bytes, mtimeMs, failed: true }];
      }
    },
    put(root, file, reason, message) {
      put.run(root, file.path, reason, message, file.bytes, file.mtimeMs);
    },
    delete: (root, path) => Number(drop.run(root, path).changes) > 0,
    count: () => (count.get() as { n: number }).n,
  };
}

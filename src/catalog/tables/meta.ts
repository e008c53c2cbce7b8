import type { Database } from '../../sqlite.ts';

/**
 * `space`: the current one. `previous`: where a rollback goes. `returned`: where the last rollback went. `labels_from`: what every picture
 * that is indexed has its label from, unless somebody said another.
 */
type Key = 'space' | 'previous' | 'returned' | 'labels_from';

/** Single values. */
export interface MetaTable {
  get(key: Key): string | undefined;
  set(key: Key, value: string | null): void;
}

export function metaTable(db: Database): MetaTable {
  const get = db.prepare('SELECT value FROM meta WHERE key = ?');
  const set = db.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const drop = db.prepare('DELETE FROM meta WHERE key = ?');
  return {
    get: (key) => (get.get(key) as { value: string } | undefined)?.value,
    set: (key, value) => void (value === null ? drop.run(key) : set.run(key, value)),
  };
}

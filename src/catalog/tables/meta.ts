import type { Database } from '../../sqlite.ts';

/** Single values: which space is the current one. */
export interface MetaTable {
  get(key: 'space'): string | undefined;
  set(key: 'space', value: string): void;
}

export function metaTable(db: Database): MetaTable {
  const get = db.prepare('SELECT value FROM meta WHERE key = ?');
  const set = db.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  return {
    get: (key) => (get.get(key) as { value: string } | undefined)?.value,
    set: (key, value) => void set.run(key, value),
  };
}

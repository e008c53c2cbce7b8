import { PixkinError } from '../../errors.ts';
import { type Database, inTransaction } from '../../sqlite.ts';
import type { RootRecord, RootState, Roots } from '../../types.ts';

interface Row {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly state: RootState;
  readonly held: number;
  readonly images: number;
}

/** Roots by name for everybody, by number for the other tables. */
export interface RootsTable extends Roots {
  /** Number and folder of a root, without counting its images. Throws `root_not_found`. */
  locate(name: string): { readonly id: number; readonly path: string };
}

export function rootsTable(db: Database): RootsTable {
  const columns = `SELECT id, name, path, state, held,
    (SELECT count(*) FROM images WHERE images.root = roots.id AND gone_at IS NULL) AS images FROM roots`;
  const all = db.prepare(`${columns} ORDER BY name`);
  const byName = db.prepare(`${columns} WHERE name = ?`);
  const byNameOnly = db.prepare('SELECT id, path FROM roots WHERE name = ?');
  const insert = db.prepare(`INSERT INTO roots (name, path, state) VALUES (?, ?, 'sweeping')`);
  const setName = db.prepare('UPDATE roots SET name = ? WHERE id = ?');
  const setOrigin = db.prepare(`UPDATE labels SET origin = 'folder:' || ? WHERE origin = 'folder:' || ?`);
  const setPath = db.prepare('UPDATE roots SET path = ? WHERE id = ?');
  const setState = db.prepare('UPDATE roots SET state = ?, held = ? WHERE id = ?');
  const contentsOf = db.prepare('SELECT DISTINCT content FROM images WHERE root = ?');
  const dropImages = db.prepare('DELETE FROM images WHERE root = ?');
  const dropFailures = db.prepare('DELETE FROM failures WHERE root = ?');
  const drop = db.prepare('DELETE FROM roots WHERE id = ?');
  const retire = db.prepare(`UPDATE contents SET unused_since = ? WHERE id = ? AND unused_since IS NULL
    AND NOT EXISTS (SELECT 1 FROM images WHERE content = contents.id AND gone_at IS NULL)`);

  const row = (name: string): Row => {
    const found = byName.get(name) as Row | undefined;
    if (found) return found;
    const names = (all.all() as Row[]).map((r) => r.name);
    throw new PixkinError('root_not_found', `no root is named "${name}"`, {
      hint: names.length > 0 ? `there are: ${names.join(', ')}` : 'no folder is followed yet',
    });
  };
  const record = ({ name, path, state, images, held }: Row): RootRecord => ({ name, path, state, images, held });
  const nameIsFree = (name: string): void => {
    if (name.length === 0) throw new PixkinError('invalid_request', 'name must not be empty');
    if (byNameOnly.get(name))
      throw new PixkinError('root_exists', `a root is named "${name}" already`, { hint: 'choose another with --name' });
  };
  const pathIsFree = (path: string, except?: string): void => {
    for (const other of all.all() as Row[]) {
      if (other.name === except) continue;
      const [a, b] = [withSlash(path), withSlash(other.path)];
      if (a === b)
        throw new PixkinError('root_exists', `the folder ${path} is followed already, as root "${other.name}"`);
      if (a.startsWith(b))
        throw new PixkinError('root_exists', `the folder ${path} lies in root "${other.name}" (${other.path})`);
      if (b.startsWith(a))
        throw new PixkinError('root_exists', `root "${other.name}" (${other.path}) lies in the folder ${path}`);
    }
  };

  return {
    locate: (name) => (byNameOnly.get(name) as { id: number; path: string } | undefined) ?? row(name),
    list: () => (all.all() as Row[]).map(record),
    get: (name) => record(row(name)),
    add(name, path) {
      nameIsFree(name);
      pathIsFree(path);
      insert.run(name, path);
      return record(row(name));
    },
    rename(name, to) {
      const { id } = row(name);
      if (to !== name) nameIsFree(to);
      inTransaction(db, () => {
        setName.run(to, id);
        setOrigin.run(to, name);
      });
      return record(row(to));
    },
    relocate(name, path) {
      const { id } = row(name);
      pathIsFree(path, name);
      setPath.run(path, id);
      return record(row(name));
    },
    remove(name) {
      const { id } = row(name);
      inTransaction(db, () => {
        const contents = contentsOf.all(id) as { content: number }[];
        dropImages.run(id);
        dropFailures.run(id);
        drop.run(id);
        for (const { content } of contents) retire.run(Date.now(), content);
      });
    },
    setState(name, state, held = 0) {
      setState.run(state, held, row(name).id);
    },
  };
}

const withSlash = (path: string): string => (/[/\\]$/.test(path) ? path : `${path}/`).replaceAll('\\', '/');

import type { Database } from '../../sqlite.ts';
import type { SpaceRow } from './spaces.ts';

/** `components`: `mean.length` numbers for each number of the space, rows first. */
export interface ProjectionRow {
  readonly mean: Float32Array;
  readonly components: Float32Array;
  /** Contents that it was fitted on. */
  readonly fitted: number;
}

export interface ProjectionsTable {
  find(space: SpaceRow): ProjectionRow | undefined;
  /** Of a space that has none yet. */
  insert(space: SpaceRow, projection: ProjectionRow): void;
}

export function projectionsTable(db: Database): ProjectionsTable {
  const find = db.prepare('SELECT mean, components, fitted FROM projections WHERE space = ?');
  const insert = db.prepare('INSERT INTO projections (space, mean, components, fitted) VALUES (?, ?, ?, ?)');
  return {
    find({ id }) {
      const row = find.get(id) as { mean: Uint8Array; components: Uint8Array; fitted: number } | undefined;
      return row && { mean: floats(row.mean), components: floats(row.components), fitted: row.fitted };
    },
    insert({ id }, { mean, components, fitted }) {
      insert.run(id, bytes(mean), bytes(components), fitted);
    },
  };
}

/** Every machine that Node runs on is little endian. */
const bytes = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Copied, so that the numbers lie where a Float32Array may begin. */
const floats = (blob: Uint8Array): Float32Array => new Float32Array(blob.slice().buffer);

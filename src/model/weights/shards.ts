import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Bytes, openFile } from './bytes.ts';
import { invalidFile } from './invalid.ts';

/** Several files, read as if they were one; each is open only while it is read. */
export interface Shards extends Bytes {
  /** Of all files, for errors. */
  readonly names: string;
}

/**
 * @param names of files in `folder`; one that would lie elsewhere is refused
 * @param label of the file that names them
 */
export function shardsOf(folder: string, names: readonly string[], label: string): Shards {
  let size = 0;
  const shards = names.map((name) => {
    if (!/^(?!\.{1,2}$)[^/\\\0:]{1,255}$/.test(name)) {
      throw invalidFile(label, `expected the name of a file beside it; got '${name}'`);
    }
    const start = size;
    size += sizeOf(join(folder, name), name, label);
    return { path: join(folder, name), start, end: size };
  });
  const read = (into: Uint8Array, position: number): void => {
    for (const { path, start, end } of shards) {
      const from = Math.max(start, position);
      const to = Math.min(end, position + into.length);
      if (from >= to) continue;
      const file = openFile(path);
      try {
        file.read(into.subarray(from - position, to - position), from - start);
      } finally {
        file.close();
      }
    }
  };
  return { size, names: names.join(', '), read };
}

function sizeOf(path: string, name: string, label: string): number {
  try {
    return statSync(path).size;
  } catch (cause) {
    throw invalidFile(label, `expected ${name} beside it; got ${(cause as NodeJS.ErrnoException).code}`, cause);
  }
}

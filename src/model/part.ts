/**
 * A file that is not whole yet: `<name>.part`, and beside it `<name>.part.json`, which says of which version of which address
 * it is the beginning, so that a later process can go on with it.
 */
import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const sourceSchema = z.strictObject({
  url: z.string(),
  /** What `If-Range` takes: a strong ETag, else Last-Modified, else null. */
  validator: z.string().nullable(),
});

/** Which version of which address a part is the beginning of. */
export type PartSource = z.infer<typeof sourceSchema>;

export interface Part {
  readonly path: string;
  /** Bytes that are on the disk. */
  readonly bytes: number;
  /** Null where nothing is there that could be gone on with. */
  readonly source: PartSource | null;
  /** Begins anew, from another version perhaps. */
  restart(source: PartSource): Promise<void>;
  append(bytes: Uint8Array): Promise<void>;
  /** Gives the file back to the disk; `append` may follow. */
  close(): Promise<void>;
  /** It is whole: it gets its name. */
  finish(): Promise<void>;
  remove(): Promise<void>;
}

/** @param path where the whole file will lie; its folder exists */
export async function openPart(path: string): Promise<Part> {
  const place = `${path}.part`;
  const note = `${place}.json`;
  let source = await readNote(note);
  let bytes = source ? await sizeOf(place) : 0;
  let file: FileHandle | undefined;

  const close = async (): Promise<void> => {
    await file?.close();
    file = undefined;
  };
  return {
    path: place,
    get bytes() {
      return bytes;
    },
    get source() {
      return source;
    },
    async restart(next) {
      await close();
      // The old note goes first: killed in between, the part belongs to nobody, not to the wrong version.
      await rm(note, { force: true });
      file = await open(place, 'w');
      bytes = 0;
      await writeFile(note, JSON.stringify(next));
      source = next;
    },
    async append(piece) {
      file ??= await open(place, 'r+');
      for (let start = 0; start < piece.length; ) {
        const { bytesWritten } = await file.write(piece, start, piece.length - start, bytes);
        start += bytesWritten;
        bytes += bytesWritten;
      }
    },
    close,
    async finish() {
      await close();
      await rename(place, path);
      await rm(note, { force: true });
    },
    async remove() {
      await close();
      await rm(place, { force: true });
      await rm(note, { force: true });
      bytes = 0;
      source = null;
    },
  };
}

async function readNote(path: string): Promise<PartSource | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    return sourceSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
